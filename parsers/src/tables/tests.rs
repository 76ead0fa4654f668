//! Tables: every form of an event becomes the same row, and what is no table stays as it is.

use super::*;
use crate::formats;

/// The lines of a file as its reader writes them, each with the number of the line that it is of.
fn rewritten(text: &str) -> Vec<(u64, String)> {
    let (_, mut reader) = reader(text.as_bytes()).expect("a table");
    let mut rows = Vec::new();
    let mut take = |at: LineAt, row: &[u8]| rows.push((at.line, String::from_utf8_lossy(row).into_owned()));
    for (number, line) in (1..).zip(text.lines()) {
        reader.line(line.as_bytes(), LineAt { line: number, offset: 0 }, &mut take);
    }
    reader.finish(&mut take);
    rows.retain(|(_, row)| !row.trim().is_empty());
    rows
}

fn cells(row: &str) -> Vec<&str> {
    row.split('\t').skip(1).collect()
}

#[test]
fn every_example_is_a_row_of_its_table_only() {
    for table in TABLES {
        let example = table.example();
        let fits = |other: &&&dyn EventTable| other.reader(example.as_bytes()).is_some();
        let names: Vec<&str> = TABLES.iter().filter(fits).map(|table| table.name()).collect();
        assert_eq!(names, [table.name()]);
        let rows = rewritten(example);
        let (_, row) = rows.first().expect("a row");
        let format = formats::detect(row.as_bytes());
        let form = format.for_lines(&[row.as_bytes()]).unwrap_or(format);
        let event = form.parse(row.as_bytes());
        assert_eq!(event.level, crate::Level::Error, "{row}");
        assert_eq!(event.field("event_id"), Some(&b"7031"[..]), "{row}");
        let has_text = memchr::memmem::find(event.message, b"The Apache Tomcat 9 service").is_some();
        assert!(event.stamp.is_some() && has_text, "{row}");
        let key = form.event_key(row.as_bytes()).expect("a key");
        assert!(key.is_of("Service Control Manager") && key.id == 7031, "{row}");
    }
}

#[test]
fn other_texts_are_no_tables() {
    for text in [
        "",
        "Level,Date and Time,Source,Event ID,Task Category\nError,11/21/2026 4:26:07 PM,NETLOGON,5719,None,\"x\"\n",
        "Id,Name,Date\n1,a,b\n",
        "<Objs Version=\"1.1.0.1\"><Obj RefId=\"0\"><T>System.String</T></Obj></Objs>",
        "2026-11-21 10:00:00,123 INFO ProviderName: x\nTimeCreated Message\n",
        "   ProviderName: x\nno columns\n",
        "Index Time Message\n",
    ] {
        assert!(reader(text.as_bytes()).is_none(), "{text}");
    }
}

#[test]
fn a_table_of_get_win_event_is_read_in_groups_and_languages() {
    let table = "\n\n   ProviderName: Service Control Manager\n\nTimeCreated             Id LevelDisplayName Message\n\
                 -----------             -- ---------------- -------\n21.11.2026 16:26:07    7031 Fehler           Der Dienst...\n\
                 21.11.2026 16:27:07    7036                  ohne Stufe\n\n\n   ProviderName: EventLog\n\n\
                 TimeCreated             Id LevelDisplayName Message\n-----------             -- ---------------- -------\n\
                 21/11/2026 4:28:07 p. m.   6008 Informat... El cierre\n                                             anterior\n";
    let rows = rewritten(table);
    let shown: Vec<(u64, Vec<&str>)> = rows.iter().map(|(line, row)| (*line, cells(row))).collect();
    let picked = |at: usize| {
        let (line, cells) = &shown[at];
        (*line, cells[1], cells[2], cells[3], cells[4], *cells.last().expect("a text"))
    };
    assert_eq!(
        picked(0),
        (7, "21.11.2026 16:26:07", "Service Control Manager", "7031", "Fehler", "Der Dienst...")
    );
    assert_eq!(picked(1), (8, "21.11.2026 16:27:07", "Service Control Manager", "7036", "", "ohne Stufe"));
    assert_eq!(picked(2), (15, "21/11/2026 4:28:07 p. m.", "EventLog", "6008", "Informat...", "El cierre"));
    assert_eq!(rows[3], (16, "anterior".to_owned()));
}

#[test]
fn csv_of_any_columns_keeps_the_lines_of_its_texts() {
    let csv = "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\n\
               \"Message\",\"Id\",\"Level\",\"ProviderName\",\"MachineName\",\"TimeCreated\",\"LevelDisplayName\"\n\
               \"first \"\"quoted\"\"\n\nthird, line\",\"7031\",\"2\",\"SCM\",\"web01\",\"11/21/2026 4:26:07 PM\",\"Error\"\n\
               \"never closed,\"7036\"\n\
               \"x\",\"7037\",\"4\",\"SCM\",\"web01\",\"11/21/2026 4:27:07 PM\",\"Information\"\n";
    let rows = rewritten(csv);
    assert_eq!(rows[0].0, 3);
    assert_eq!(cells(&rows[0].1)[1..8], ["11/21/2026 4:26:07 PM", "SCM", "7031", "Error", "", "web01", ""]);
    assert!(rows[0].1.ends_with("first \"quoted\""), "{rows:?}");
    assert_eq!(rows[1], (5, "third, line".to_owned()));
    assert_eq!(rows[2], (6, "\"never closed,\"7036\"".to_owned()));
    assert_eq!(cells(&rows[3].1)[3..5], ["7037", "Information"]);
    // names of the Event Viewer, in another order
    let german = "Ereignis-ID;Quelle;Datum und Uhrzeit;Ebene\n7031;SCM;21.11.2026 16:26:07;Fehler\n";
    assert_eq!(cells(&rewritten(german)[0].1)[1..5], ["21.11.2026 16:26:07", "SCM", "7031", "Fehler"]);
}

#[test]
fn only_the_properties_of_the_event_itself_are_read() {
    let clixml = "<Objs Version=\"1.1.0.1\">\n<Obj RefId=\"0\"><TN RefId=\"0\">\
                  <T>System.Diagnostics.Eventing.Reader.EventLogRecord</T></TN><Props><I32 N=\"Id\">1074</I32>\n\
                  <Obj N=\"UserId\" RefId=\"1\"><Props><S N=\"Id\">9</S></Props></Obj><S N=\"ProviderName\">User32</S>\
                  <DT N=\"TimeCreated\">2026-11-21T16:26:07.1234567+01:00</DT></Props>\n<MS><S \
                  N=\"Message\">one_x000D__x000A_two &lt;x&gt;</S></MS></Obj></Objs>";
    let rows = rewritten(clixml);
    assert_eq!(
        (rows[0].0, &cells(&rows[0].1)[1..4]),
        (2, &["2026-11-21T16:26:07.1234567+01:00", "User32", "1074"][..])
    );
    assert!(rows[0].1.ends_with("\tone"), "{rows:?}");
    assert_eq!(rows[1], (4, "two <x>".to_owned()));
    let xml = "<?xml version=\"1.0\"?>\n<Objects>\n  <Object Type=\"System.Diagnostics.Eventing.Reader.EventLogRecord\">\n    \
               <Property Name=\"Id\" Type=\"System.Int32\">1074</Property>\n    <Property Name=\"Bookmark\" Type=\"X\">\n      \
               <Property Name=\"Id\" Type=\"Y\">5</Property>\n    </Property>\n    <Property Name=\"Message\" Type=\"Z\">one\n\
               two</Property>\n  </Object>\n</Objects>";
    let rows = rewritten(xml);
    assert_eq!(
        (rows[0].0, cells(&rows[0].1)[3], rows.last().map(|(line, text)| (*line, text.as_str()))),
        (3, "1074", Some((9, "two")))
    );
}

#[test]
fn qualifiers_and_cut_words_of_get_event_log() {
    let table = "   Index Time          EntryType   Source                 InstanceID Message\n   ----- ----          ---------\n\
                 3253 Sep 14 12:07  0           Software Protecti...   1073742727 The Software Protection service has stopped....\n\
                 24974 Mai 18 13:53  SuccessA... Microsoft-Windows...         4624 Ein Konto wurde...\n";
    let rows = rewritten(table);
    let picked = |at: usize| cells(&rows[at].1)[1..5].join("|");
    assert_eq!(picked(0), "--09-14T12:07|Software Protecti...|1073742727|0");
    assert_eq!(picked(1), "--05-18T13:53|Microsoft-Windows...|4624|SuccessA...");
}

#[test]
fn events_on_one_line_are_lines_even_in_pieces() {
    let event = |at: usize| format!("<Event xmlns='x'><A>{at}</A>{}</Event>", "y".repeat(700));
    let text: String = (0..4000).map(event).collect();
    let (_, mut reader) = reader(text.as_bytes()).expect("a table");
    let mut rows = Vec::new();
    for piece in text.as_bytes().chunks((1 << 20) + 1) {
        reader.line(piece, LineAt { line: 1, offset: 0 }, &mut |_, row| rows.push(row.to_vec()));
    }
    reader.finish(&mut |_, row| rows.push(row.to_vec()));
    assert_eq!(rows.len(), 4000);
    assert!((0..).zip(&rows).all(|(at, row)| *row == event(at).into_bytes()));
}
