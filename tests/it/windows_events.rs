//! Windows events: every form of an export gives the same events and the same findings, in any language.

use serde_json::Value;
use spoglight_diagnosis::scaffold;
use spoglight_model::analysis::Analysis;
use spoglight_parsers::formats;
use spoglight_signatures::{Signature, verify};
use spoglight_source::Opening;

use crate::archives::pack::{gz, zip};
use crate::fuzz::checks::windows_events::writer::{TestEvent, filetime, log};
use crate::support::{analysis_of, analysis_of_file, argument, folder, json_lines, put, spoglight};

const HOST: &str = "web01.example.com";

/// Three events of 2 November 2026, 15:26:07 UTC and later: a crash of a service, a lost channel, an unknown error.
fn events() -> Vec<TestEvent<'static>> {
    let event = |at: u64, provider, id, data| TestEvent {
        provider,
        id,
        level: 2,
        time: filetime(1_793_633_167 + at * 60),
        channel: "System",
        computer: HOST,
        data,
    };
    vec![
        event(0, "Service Control Manager", 7031, &["Apache Tomcat 9", "1"]),
        event(1, "NETLOGON", 5719, &["LAB"]),
        event(2, "Contoso Agent", 77, &["queue"]),
    ]
}

/// The events in a form, from the date, the provider, the number and the text of each.
fn in_form(form: impl Fn(&str, &str, u16, &str) -> String, time: impl Fn(u64) -> String) -> String {
    let events = events();
    let texts = [
        "Der Dienst \u{201e}Tomcat\u{201c} wurde unerwartet beendet.",
        "Kein sicherer Kanal.",
        "Warteschlange",
    ];
    let all = (0..).zip(&events).zip(texts);
    all.map(|((at, event), text)| form(&time(at), event.provider, event.id, text)).collect()
}

fn xml() -> Vec<String> {
    let events = events();
    let line = |(at, event): (usize, &TestEvent<'_>)| {
        let data = event.data.iter().fold(String::new(), |all, data| all + "<Data>" + data + "</Data>");
        format!(
            "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='{}'/><EventID \
             Qualifiers='49152'>{}</EventID><Level>2</Level><TimeCreated SystemTime='2026-11-02T15:{}:07.0000000Z'/>\
             <Channel>System</Channel><Computer>{HOST}</Computer></System><EventData>{data}</EventData></Event>",
            event.provider,
            event.id,
            26 + at
        )
    };
    events.iter().enumerate().map(line).collect()
}

/// All forms: name and bytes of a file.
#[expect(clippy::too_many_lines, reason = "one entry for each form")]
fn forms() -> Vec<(&'static str, Vec<u8>)> {
    let minute = |at: u64| format!("11/2/2026 4:{}:07 PM", 26 + at);
    let german = |at: u64| format!("02.11.2026 16:{}:07", 26 + at);
    let evtx = log(&events(), 2);
    let copy = in_form(
        |time, provider, id, text| {
            format!(
                "Log Name:      System\r\nSource:        {provider}\r\nDate:          {time}\r\nEvent ID:      {id}\r\n\
                 Task Category: None\r\nLevel:         Error\r\nKeywords:      Classic\r\nUser:          N/A\r\n\
                 Computer:      {HOST}\r\nDescription:\r\n{text}\r\nEvent Xml:\r\n<Event xmlns=\"http://schemas.microsoft.com\
                 /win/2004/08/events/event\">\r\n  <System>\r\n    <Provider Name=\"{provider}\" />\r\n    \
                 <EventID>{id}</EventID>\r\n    <Level>2</Level>\r\n  </System>\r\n</Event>\r\n\r\n"
            )
        },
        minute,
    );
    let german_copy = in_form(
        |time, provider, id, text| {
            format!(
                "Protokollname: System\r\nQuelle:        {provider}\r\nDatum:         {time}\r\nEreignis-ID:   {id}\r\n\
                 Aufgabenkategorie:Keine\r\nEbene:         Fehler\r\nSchlüsselwörter:Klassisch\r\n\
                 Benutzer:      Nicht zutreffend\r\nComputer:      {HOST}\r\nBeschreibung:\r\n{text}\r\n\r\n"
            )
        },
        german,
    );
    let csv = in_form(
        |time, provider, id, text| format!("Fehler,{time},{provider},{id},Keine,\"{text}\"\r\n"),
        german,
    );
    let list = in_form(
        |time, provider, id, text| {
            format!(
                "TimeCreated      : {time}\nProviderName     : {provider}\nId               : {id}\n\
                 LevelDisplayName : Error\nMachineName      : {HOST}\nMessage          : {text}\n\n"
            )
        },
        minute,
    );
    let quoted = in_form(
        |time, provider, id, text| format!("\"{time}\",\"{id}\",\"Error\",\"{provider}\",\"{text}\"\n"),
        minute,
    );
    let csv = format!("Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie\r\n{csv}");
    let quoted =
        format!("\"TimeCreated\",\"Id\",\"LevelDisplayName\",\"ProviderName\",\"Message\"\n{quoted}");
    let one_line = format!("<?xml version=\"1.0\"?>\r\n<Events>{}</Events>", xml().concat());
    let many_lines = xml().join("\n").replace("><", ">\n  <").replace("\n  </Event>", "\n</Event>");
    let objects = in_form(
        |time, provider, id, text| {
            let value = |name: &str, value: &str| {
                format!("    <Property Name=\"{name}\" Type=\"System.String\">{value}</Property>\n")
            };
            let values = [
                value("Message", text),
                value("Id", &id.to_string()),
                value("Level", "2"),
                value("ProviderName", provider),
                value("MachineName", HOST),
                value("TimeCreated", time),
                value("LevelDisplayName", "Error"),
            ];
            let kind = "System.Diagnostics.Eventing.Reader.EventLogRecord";
            format!("  <Object Type=\"{kind}\">\n{}  </Object>\n", values.concat())
        },
        minute,
    );
    let objects = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Objects>\n{objects}</Objects>\n");
    let clixml = in_form(
        |time, provider, id, text| {
            format!(
                "  <Obj RefId=\"0\">\n    <TN RefId=\"0\">\n      \
                 <T>System.Diagnostics.Eventing.Reader.EventLogRecord</T>\n    </TN>\n    <Props>\n      <I32 \
                 N=\"Id\">{id}</I32>\n      <By N=\"Level\">2</By>\n      <S N=\"ProviderName\">{provider}</S>\n      <S \
                 N=\"MachineName\">{HOST}</S>\n      <DT N=\"TimeCreated\">{time}</DT>\n    </Props>\n    <MS>\n      <S \
                 N=\"Message\">{text}_x000D__x000A_more</S>\n    </MS>\n  </Obj>\n"
            )
        },
        |at| format!("2026-11-02T16:{}:07.0000000+01:00", 26 + at),
    );
    let clixml = format!(
        "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\n{clixml}</Objs>"
    );
    let exported = in_form(
        |time, provider, id, text| {
            format!(
                "\"{text}\n\nmore, \"\"quoted\"\"\",\"{id}\",\"0\",\"49152\",\"2\",\"{provider}\",\"System\",\"{HOST}\",\
                 \"{time}\",\"Error\"\r\n"
            )
        },
        minute,
    );
    let exported = format!(
        "#TYPE System.Diagnostics.Eventing.Reader.EventLogRecord\r\n\"Message\",\"Id\",\"Version\",\"Qualifiers\",\
         \"Level\",\"ProviderName\",\"LogName\",\"MachineName\",\"TimeCreated\",\"LevelDisplayName\"\r\n{exported}"
    );
    let groups = in_form(
        |time, provider, id, text| {
            format!(
                "\n   ProviderName: {provider}\n\nTimeCreated                     Id LevelDisplayName Message\n\
                 -----------                     -- ---------------- -------\n{time}        {id} Fehler           {text}\n\n"
            )
        },
        german,
    );
    let wide = |text: &str| -> Vec<u8> {
        b"\xff\xfe".iter().copied().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    vec![
        ("packed.evtx.gz", gz(&evtx)),
        ("zipped.zip", zip(&vec![("System.evtx".to_owned(), evtx.clone())])),
        ("System.evtx", evtx),
        ("lines.xml", (xml().join("\r\n") + "\r\n").into_bytes()),
        ("one-line.xml", one_line.clone().into_bytes()),
        ("one-line-wide.xml", wide(&one_line)),
        ("many-lines.xml", many_lines.into_bytes()),
        ("joined.xml", xml().concat().into_bytes()),
        ("objects.xml", objects.clone().into_bytes()),
        ("objects-wide.xml", wide(&objects)),
        ("clixml.xml", clixml.into_bytes()),
        ("exported.csv", exported.into_bytes()),
        ("groups.txt", groups.into_bytes()),
        ("copy.txt", copy.into_bytes()),
        ("copy-german.txt", german_copy.into_bytes()),
        ("table.csv", csv.into_bytes()),
        ("list.txt", list.clone().into_bytes()),
        ("list-wide.txt", wide(&list)),
        ("power-shell.csv", quoted.into_bytes()),
    ]
}

/// Ids and counts of the findings of failures.
fn found(analysis: &Analysis) -> Vec<(String, u64)> {
    analysis.findings.iter().map(|finding| (finding.id.to_string(), finding.count)).collect()
}

/// Provider, number, level and time of the events in a timeline, in the zone of the server.
fn timeline(name: &str, bytes: &[u8]) -> Vec<(String, String, String, String)> {
    let case = folder();
    put(case.path(), name, bytes);
    let output = spoglight(&["timeline", argument(case.path()), "--format", "json", "--tz", "Europe/Berlin"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let events = json_lines(&output.stdout);
    let row = |event: &Value| {
        (
            text(&event["class"]),
            text(&event["fields"]["event_id"]),
            text(&event["level"]),
            text(&event["time"]),
        )
    };
    events.iter().map(row).collect()
}

#[test]
fn every_form_gives_the_same_findings() {
    for (name, bytes) in forms() {
        let analysis = analysis_of_file(name, &bytes);
        assert_eq!(analysis.warnings, [], "{name}");
        let mut ids = found(&analysis);
        ids.sort();
        assert_eq!(
            ids,
            [("win-secure-channel".to_owned(), 1), ("win-service-crash".to_owned(), 1)],
            "{name}: {:?}",
            analysis.sources
        );
        let unknown: Vec<&str> =
            analysis.unrecognized.shown.iter().map(|error| error.example.text.as_str()).collect();
        assert!(
            matches!(unknown.as_slice(), [one] if one.starts_with("Contoso Agent 77")),
            "{name}: {unknown:?}"
        );
        let source = analysis.sources.first().expect("a source");
        // the XML declaration and the root element are no event
        assert!(source.events == 3 && source.unparsed < 80, "{name}: {source:?}");
    }
}

#[test]
fn every_form_gives_the_same_events() {
    let all = forms();
    let row = |provider: &str, id: &str, minute: u64| {
        (provider.to_owned(), id.to_owned(), "error".to_owned(), format!("2026-11-02T15:{minute}:07"))
    };
    let wanted = [
        row("Service Control Manager", "7031", 26),
        row("NETLOGON", "5719", 27),
        row("Contoso Agent", "77", 28),
    ];
    for (name, bytes) in all {
        let rows = timeline(name, &bytes);
        assert_eq!(rows.len(), 3, "{name}: {rows:?}");
        for (row, wanted) in rows.iter().zip(&wanted) {
            let is_same = (&row.0, &row.1, &row.2) == (&wanted.0, &wanted.1, &wanted.2);
            assert!(is_same && row.3.starts_with(&wanted.3), "{name}: {row:?} instead of {wanted:?}");
        }
    }
}

#[test]
fn the_event_of_the_uptime_gives_the_server_its_zone() {
    let zone_of = |zone: &'static str| {
        let case = folder();
        let data: &[&str] = &["", "", "", "", "86400", "60", zone];
        let computer = "ECEAPP01.lab.example";
        let uptime =
            TestEvent { provider: "EventLog", id: 6013, level: 4, computer, data, ..events().remove(0) };
        put(case.path(), "ECEAPP01/System.evtx", log(&[uptime], 1));
        put(
            case.path(),
            "ECEAPP01/tomcat/logs/catalina.2026-11-02.log",
            "02-Nov-2026 16:30:00.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in 1 ms\n",
        );
        let analysis = analysis_of(case.path());
        let source = analysis.sources.iter().find(|source| source.path.ends_with(".log")).expect("a log");
        (source.zone.name.clone(), source.zone.evidence.to_string())
    };
    let (name, evidence) = zone_of("-60 W. Europe Standard Time");
    assert_eq!(name.as_deref(), Some("Europe/Berlin"));
    assert!(evidence.contains("event 6013 in System.evtx"), "{evidence}");
    assert_eq!(zone_of("-60 Mitteleuropaeische Zeit").0, None, "no zone is guessed");
}

#[test]
fn a_damaged_log_is_named_and_the_rest_is_found() {
    let mut evtx = log(&events(), 1);
    evtx[4096..4104].fill(0xff);
    let analysis = analysis_of_file("System.evtx", &evtx);
    let [warning] = analysis.warnings.as_slice() else { panic!("{:?}", analysis.warnings) };
    assert!(warning.what.starts_with("is damaged: chunk 1 (at byte 4096)"), "{warning:?}");
    assert!(warning.advice.contains("wevtutil epl"), "{warning:?}");
    assert_eq!(found(&analysis), [("win-secure-channel".to_owned(), 1)]);
}

#[test]
fn broken_exports_are_read_as_far_as_they_go() {
    // a quote that is never closed, and one inside a cell
    let csv = "Level,Date and Time,Source,Event ID,Task Category\nError,11/21/2026 4:26:07 PM,NETLOGON,5719,None,\"never \
               closed\nError,11/21/2026 4:27:07 PM,\"Service Control Manager,7031,None,\"x\nError,11/21/2026 4:28:07 PM,\
               NETLOGON,3210,None,\"a \"quoted\" word\"\n";
    let ids = found(&analysis_of_file("System.csv", csv.as_bytes()));
    assert!(ids.contains(&("win-secure-channel".to_owned(), 2)), "{ids:?}");
    // an event of ten megabytes between two others
    let [first, second, _] = xml().try_into().expect("three events");
    let long = first.replace("Apache Tomcat 9", &"x".repeat(10 << 20));
    let analysis = analysis_of_file("System.xml", format!("{first}\n{long}\n{second}\n").as_bytes());
    let ids = found(&analysis);
    assert!(ids.contains(&("win-secure-channel".to_owned(), 1)), "{ids:?}");
    assert!(ids.contains(&("win-service-crash".to_owned(), 2)), "{ids:?}");
}

#[test]
fn the_order_of_day_and_month_follows_the_file() {
    let copy = |date: &str| {
        format!(
            "Log Name:      System\nSource:        NETLOGON\nDate:          {date}\nEvent ID:      5719\nLevel:         \
             Error\nComputer:      {HOST}\nDescription:\nx\n\n"
        )
    };
    let first = |text: &str| timeline("System.txt", text.as_bytes()).first().expect("an event").3.clone();
    assert!(first(&copy("5/3/2026 4:26:07 PM")).starts_with("2026-05-03"));
    let british = copy("5/3/2026 4:26:07 PM") + &copy("13/3/2026 4:26:07 PM");
    assert!(first(&british).starts_with("2026-03-05"));
    // nothing shows the order: no date is better than a wrong one
    let open = copy("11/12/2026 16:26:07");
    let analysis = analysis_of_file("System.txt", open.as_bytes());
    assert!(analysis.findings.iter().all(|finding| finding.first.is_none() && finding.count == 1));
    let warned = analysis
        .warnings
        .iter()
        .any(|warning| warning.what.contains("whether the day or the month is first"));
    assert!(warned, "{:?}", analysis.warnings);
    // another log of the server shows it
    let case = folder();
    put(case.path(), "System.txt", open.as_bytes());
    put(case.path(), "Application.txt", copy("11/25/2026 16:26:07").as_bytes());
    let analysis = analysis_of(case.path());
    let times: Vec<String> =
        analysis.sources.iter().filter_map(|source| source.first).map(|first| first.to_string()).collect();
    assert!(times.iter().any(|time| time.starts_with("2026-11-12")), "{times:?}");
    assert!(analysis.warnings.is_empty(), "{:?}", analysis.warnings);
}

#[test]
fn an_event_without_a_text_shows_its_provider_number_and_data() {
    let case = folder();
    let event = "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">\r\n <System>\r\n  <Provider \
                 Name=\"Service Control Manager\"/>\r\n  <EventID>7036</EventID>\r\n  <Level>4</Level>\r\n  <TimeCreated \
                 SystemTime=\"2026-11-21T05:30:52.8Z\"/>\r\n  <Computer>S1</Computer>\r\n </System>\r\n \
                 <EventData>\r\n  <Data Name=\"param1\">Cisco Service</Data>\r\n  <Data>stopped</Data>\r\n \
                 </EventData>\r\n</Event>\r\n";
    put(case.path(), "System.xml", event.as_bytes());
    let output = spoglight(&["timeline", argument(case.path())]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("Service Control Manager event 7036: param1: Cisco Service; stopped"), "{text}");
}

#[test]
fn a_signature_is_drafted_from_an_event() {
    let text = "Log Name:      System\nSource:        NETLOGON\nDate:          11/21/2026 1:00:00 PM\nEvent ID:      5719\n\
                Level:         Error\nDescription:\nx";
    let folder = folder();
    let path = put(folder.path(), "events.txt", format!("{text}\n\n{text}\n"));
    let line = scaffold::event(&path, 1, &Opening::default(), formats::ALL).expect("a line");
    assert_eq!((line.text.as_str(), &line.event), (text, &Some(("NETLOGON".to_owned(), 5719))));
    let made =
        Signature::read("own/own-one.toml", &scaffold::signature("own-one", std::slice::from_ref(&line)))
            .expect("a signature");
    assert!(made.matching.any.is_empty());
    let defects = verify::verify(&made);
    assert!(defects.iter().all(|defect| defect.is_redundant), "{defects:?}");
}

#[test]
fn a_table_of_get_event_log_gives_its_findings_without_a_year() {
    let table = "\n   Index Time          EntryType   Source                 InstanceID Message\n   ----- ----          \
                 ---------   ------                 ---------- -------\n   13237 Nov 21 16:27  Error       Service Control M...   \
                 3221232503 The Apache Tomcat 9 service terminated unexpectedl...\n   13236 Nov 21 16:26  Informat... EventLog       \
                        2147489653 The Event log service was started.\n";
    let analysis = analysis_of_file("System.txt", table);
    assert_eq!(found(&analysis), [("win-service-crash".to_owned(), 1)]);
    let finding = &analysis.findings[0];
    assert_eq!((finding.first, finding.evidence[0].line), (None, 4));
    assert_eq!(finding.captures["event"], ["7031"]);
    let rows = timeline("System.txt", table.as_bytes());
    assert_eq!((rows[0].1.as_str(), rows[1].1.as_str(), rows[1].2.as_str()), ("7031", "6005", "info"));
}

#[test]
fn evidence_of_a_table_has_the_line_of_the_file() {
    let csv = "\"Message\",\"Id\",\"ProviderName\",\"MachineName\",\"TimeCreated\",\"LevelDisplayName\"\n\
               \"one\ntwo\",\"1\",\"Contoso Agent\",\"web01\",\"11/21/2026 4:26:07 PM\",\"Information\"\n\
               \"three\nfour\",\"5719\",\"NETLOGON\",\"web01\",\"11/21/2026 4:27:07 PM\",\"Error\"\n";
    let analysis = analysis_of_file("x.csv", csv);
    let [finding] = analysis.findings.as_slice() else { panic!("{:?}", found(&analysis)) };
    assert_eq!(
        (finding.evidence[0].line, finding.evidence[0].offset),
        (4, csv.find("\"three").expect("a record") as u64)
    );
    assert_eq!(finding.hosts, ["web01"]);
}
