//! Every kind of evidence for a zone, on folders and archives with no other evidence.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use crate::Settings;
use crate::collection::{Collection, ScanPurpose};
use spoglight_model::analysis::SourceFacts;
use spoglight_time::{Incident, ZoneConfidence};

const CATALINA: &str = "ADS1/icm/tomcat/logs/catalina.2026-11-21.log";
const ACCESS: &str = "ADS1/icm/tomcat/logs/localhost_access_log.2026-11-21.txt";

/// Two events of a Tomcat in New York, at 13:00 and 13:10 UTC.
const LOCAL: &str = "21-Nov-2026 08:00:00.000 INFO [main] a.B.c one
21-Nov-2026 08:10:00.000 INFO [main] a.B.c two
";

fn at(time: &str) -> i64 {
    let time: Incident = time.parse().expect("a time");
    time.moment(None).expect("its zone").nanos()
}

fn write(folder: &Path, path: &str, text: &str, modified: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    let mut file = File::create(&path).expect("a file");
    file.write_all(text.as_bytes()).expect("room");
    let time = UNIX_EPOCH + Duration::from_nanos(at(modified) as u64);
    file.set_modified(time).expect("its time");
}

/// Facts of the source whose path ends with `end`.
fn known(folder: &Path, end: &str) -> SourceFacts {
    let settings = Settings::default();
    let collection = Collection::survey(&[folder.to_owned()], &settings, ScanPurpose::Diagnosis, 0, &())
        .expect("a collection");
    let found = collection.sources.into_iter().find(|source| source.path.ends_with(end));
    found.expect("the source")
}

/// Zone, confidence and first moment of the log in local time, in a folder with these files, all copied later.
fn beside(files: &[(&str, &str)]) -> (Option<String>, ZoneConfidence, String) {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        write(folder.path(), path, text, "2026-12-24T10:07:31Z");
    }
    let source = known(folder.path(), "catalina.2026-11-21.log");
    let first = source.first.map(|first| first.to_string()).unwrap_or_default();
    (source.zone.name.clone(), source.zone.confidence, first)
}

fn access(east: &str) -> String {
    format!("1.1.1.1 - - [21/Nov/2026:08:00:00 {east}] \"GET / HTTP/1.1\" 200 1\n")
}

const UTC_13: &str = "2026-11-21T13:00:00.000Z";

#[test]
fn nothing_tells_nothing() {
    let (name, confidence, first) = beside(&[(CATALINA, LOCAL)]);
    assert_eq!((name, confidence, first.as_str()), (None, ZoneConfidence::None, "2026-11-21T08:00:00.000"));
}

#[test]
fn offsets_in_other_logs_of_the_server() {
    let (name, confidence, first) = beside(&[(CATALINA, LOCAL), (ACCESS, &access("-0500"))]);
    assert_eq!(
        (name.as_deref(), confidence, first.as_str()),
        (Some("-05:00"), ZoneConfidence::Likely, UTC_13)
    );
    // in another folder of the same server
    assert_eq!(beside(&[(CATALINA, LOCAL), ("ADS1/icm/other/access.txt", &access("-0500"))]).2, UTC_13);
    assert_eq!(
        beside(&[(CATALINA, LOCAL), ("APP1/icm/other/access.txt", &access("-0500"))]).0,
        None,
        "of another server"
    );
    let ccbu = "0000000001: 10.0.0.1: Nov 21 2026 08:00:00.417 -0500: %CCBU_main-6-X: text\n";
    assert_eq!(beside(&[(CATALINA, LOCAL), ("ADS1/icm/logs/CCBU.log", ccbu)]).2, UTC_13);
    // ECE writes GMT wherever it runs
    let ece = "2026-11-21 13:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n";
    assert_eq!(beside(&[(CATALINA, LOCAL), ("ADS1/icm/tomcat/logs/x.log", ece)]).0, None);
    // unless it does not
    let ece = ece.replace("13:00:00.000 GMT+0000", "08:00:00.000 GMT-0500");
    assert_eq!(beside(&[(CATALINA, LOCAL), ("ADS1/icm/tomcat/logs/x.log", &ece)]).2, UTC_13);
}

#[test]
fn offsets_that_no_place_has_tell_nothing() {
    let both = access("-0500") + &access("+0300");
    assert_eq!(beside(&[(CATALINA, LOCAL), (ACCESS, &both)]).1, ZoneConfidence::None);
}

#[test]
fn what_fits_several_places_that_differ_is_doubtful() {
    // one offset in autumn, and lines through the weeks in which clocks change
    let long = format!("10-Oct-2026 08:00:00.000 INFO [main] a.B.c early\n{LOCAL}");
    let (name, confidence, first) = beside(&[(CATALINA, &long), (ACCESS, &access("-0500"))]);
    assert_eq!((name.as_deref(), confidence), (Some("America/New_York"), ZoneConfidence::Doubtful));
    assert_eq!(first, "2026-10-10T12:00:00.000Z");
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), CATALINA, &long, "2026-12-24T10:07:31Z");
    write(folder.path(), ACCESS, &access("-0500"), "2026-12-24T10:07:31Z");
    let zone = known(folder.path(), "catalina.2026-11-21.log").zone;
    assert!(zone.candidates.iter().any(|name| name == "America/Bogota"), "{:?}", zone.candidates);
    assert!(zone.evidence.contains("--tz"), "{}", zone.evidence);
}

#[test]
fn the_name_that_the_program_was_given() {
    let named = |zone: &str| {
        format!(
            "{LOCAL}21-Nov-2026 08:20:00.000 INFO [main] a.B.log Command line argument: -Duser.timezone={zone}\n"
        )
    };
    let (name, confidence, first) = beside(&[(CATALINA, &named("America/New_York"))]);
    assert_eq!(
        (name.as_deref(), confidence, first.as_str()),
        (Some("America/New_York"), ZoneConfidence::Certain, UTC_13)
    );
    assert_eq!(beside(&[(CATALINA, &named("GMT-5"))]).2, UTC_13);
    assert_eq!(beside(&[(CATALINA, &named("Atlantis/Town"))]).0, None);
    // the log in the same folder is better evidence
    let (name, _, first) = beside(&[(CATALINA, &named("Asia/Tokyo")), (ACCESS, &access("-0500"))]);
    assert_eq!((name.as_deref(), first.as_str()), (Some("-05:00"), UTC_13));
}

#[test]
fn what_the_system_writes_is_on_its_own_clock() {
    // Java is set to New York, and the machine is in UTC: its thread dump is between lines of the same minute
    let console =
        "21-Nov-2026 08:00:00.000 INFO [main] a.B.log Command line argument: -Duser.timezone=America/New_York
21-Nov-2026 08:00:05.000 INFO [main] a.B.c text
2026-11-21 13:00:06
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):
21-Nov-2026 08:00:07.000 INFO [main] a.B.c text
2026-11-21 13:00:08
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):
2026-11-21 13:00:09
Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):
";
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), CATALINA, console, "2026-12-24T10:07:31Z");
    let source = known(folder.path(), "catalina.2026-11-21.log");
    assert_eq!(source.last.map(|last| last.to_string()).as_deref(), Some("2026-11-21T13:00:09.000Z"));
    assert_eq!(source.first.map(|first| first.to_string()).as_deref(), Some(UTC_13));
}

#[test]
fn identifiers_that_another_server_wrote_too() {
    let (mut local, mut ece) = (String::new(), String::new());
    for minute in 0..6 {
        let id = format!("Q{minute}7Z{minute}9X{minute}");
        let _ = writeln!(local, "21-Nov-2026 08:0{minute}:00.250 INFO [main] a.B.c request {id}");
        let _ = writeln!(
            ece,
            "2026-11-21 13:0{minute}:00.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> got {id} <@> "
        );
    }
    let other = "APP1/eService/logs/eg_log_T_ApplicationServer.log";
    let (name, confidence, first) = beside(&[(CATALINA, &local), (other, &ece)]);
    assert_eq!((name.as_deref(), confidence), (Some("-05:00"), ZoneConfidence::Likely));
    assert_eq!(first, "2026-11-21T13:00:00.250Z");
    // unrelated identifiers are no evidence
    let mixed: String = ece
        .lines()
        .rev()
        .zip(0..)
        .map(|(line, at)| line.replace("13:0", &format!("1{at}:3")) + "\n")
        .collect();
    assert_eq!(beside(&[(CATALINA, &local), (other, &mixed)]).0, None);
}

#[test]
fn the_time_at_which_a_file_was_written_last() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), CATALINA, LOCAL, "2026-11-21T13:10:01Z");
    let zone = known(folder.path(), "catalina.2026-11-21.log").zone;
    assert_eq!((zone.name.as_deref(), zone.confidence), (Some("-05:00"), ZoneConfidence::Possible));
    // two sources that agree are better evidence than one
    write(folder.path(), "ADS1/icm/tomcat/logs/localhost.2026-11-21.log", LOCAL, "2026-11-21T13:10:00Z");
    assert_eq!(known(folder.path(), "catalina.2026-11-21.log").zone.confidence, ZoneConfidence::Likely);
    // if files of known zones have other times than their last lines, no modification time is evidence
    let ece = "2026-11-21 13:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n";
    write(folder.path(), "ADS1/eService/logs/eg_log_S_a.log", ece, "2026-11-21T13:10:01Z");
    write(folder.path(), "ADS1/eService/logs/eg_log_S_b.log", ece, "2026-11-21T13:10:01Z");
    assert_eq!(known(folder.path(), "catalina.2026-11-21.log").zone.name, None);
}

/// Writes a zip of these files: path, text, wall clock time of the machine that packs it, and UTC if it writes that.
fn zip(folder: &Path, files: &[(&str, &str, [u8; 3], Option<&str>)]) {
    let mut zip = zip::ZipWriter::new(File::create(folder.join("case.zip")).expect("a file"));
    for (path, text, [hour, minute, second], utc) in files {
        let time = zip::DateTime::from_date_and_time(2026, 11, 21, *hour, *minute, *second).expect("a time");
        let mut options =
            zip::write::FileOptions::<zip::write::ExtendedFileOptions>::default().last_modified_time(time);
        if let Some(utc) = utc {
            let seconds = (at(utc) / 1_000_000_000) as u32;
            let field = [&[1u8][..], &seconds.to_le_bytes()].concat();
            options.add_extra_field(0x5455, field.into_boxed_slice(), false).expect("a field");
        }
        zip.start_file(*path, options).expect("an entry");
        zip.write_all(text.as_bytes()).expect("room");
    }
    zip.finish().expect("an archive");
}

#[test]
fn a_zip_says_the_time_of_who_packed_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let ece =
        |time: &str| format!("2026-11-21 {time} GMT+0000 <@> INFO <@> [1:a] <@> a.B <@> c() <@> text <@> \n");
    // Explorer writes wall clock time only: the last lines of ECE logs show its zone, and that shows the zone of Tomcat
    zip(
        folder.path(),
        &[
            ("ADS1/eService/logs/eg_log_S_a.log", &ece("13:00:00.100"), [14, 0, 0], None),
            ("ADS1/eService/logs/eg_log_S_b.log", &ece("13:30:00.100"), [14, 30, 0], None),
            (CATALINA, LOCAL, [14, 10, 0], None),
        ],
    );
    let zone = known(folder.path(), "catalina.2026-11-21.log").zone;
    assert_eq!(
        zone.name.as_deref(),
        Some("-05:00"),
        "packed in Berlin, written in New York: {}",
        zone.evidence
    );
    // 7-Zip writes UTC, too
    zip(
        folder.path(),
        &[
            (CATALINA, LOCAL, [8, 59, 0], Some("2026-11-21T13:59:00Z")),
            (
                "ADS1/icm/tomcat/logs/localhost.2026-11-21.log",
                LOCAL,
                [9, 59, 0],
                Some("2026-11-21T14:59:00Z"),
            ),
        ],
    );
    let zone = known(folder.path(), "catalina.2026-11-21.log").zone;
    assert_eq!(
        (zone.name.as_deref(), zone.confidence),
        (Some("-05:00"), ZoneConfidence::Possible),
        "{}",
        zone.evidence
    );
    // a time that all entries share is the time of packing, no evidence
    zip(
        folder.path(),
        &[
            ("ADS1/eService/logs/eg_log_S_a.log", &ece("13:59:50.100"), [14, 0, 0], None),
            ("ADS1/eService/logs/eg_log_S_b.log", &ece("13:59:55.100"), [14, 0, 0], None),
            (CATALINA, LOCAL, [14, 0, 0], None),
        ],
    );
    assert_eq!(known(folder.path(), "catalina.2026-11-21.log").zone.name, None);
}

#[test]
fn a_log_of_two_lines_is_told_by_the_logs_beside_it() {
    // once in each pass through the hour; the log itself does not show it
    let folder = tempfile::tempdir().expect("a folder");
    let errors = "01-Nov-2026 01:20:00.000 SEVERE [main] a.B.c first\n01-Nov-2026 01:50:00.000 SEVERE [main] a.B.c second\n";
    let mut access = String::new();
    for (hour, minute, east) in [
        (0, 5, "-0400"),
        (1, 19, "-0400"),
        (1, 20, "-0400"),
        (1, 31, "-0400"),
        (1, 12, "-0500"),
        (1, 50, "-0500"),
        (2, 5, "-0500"),
    ] {
        let _ = writeln!(
            access,
            "1.1.1.1 - - [01/Nov/2026:{hour:02}:{minute:02}:01 {east}] \"GET / HTTP/1.1\" 200 1"
        );
    }
    write(folder.path(), "ADS1/icm/tomcat/logs/localhost.2026-11-01.log", errors, "2026-12-24T10:07:31Z");
    write(
        folder.path(),
        "ADS1/icm/tomcat/logs/localhost_access_log.2026-11-01.txt",
        &access,
        "2026-12-24T10:07:31Z",
    );
    let source = known(folder.path(), "localhost.2026-11-01.log");
    let times = [source.first, source.last].map(|time| time.map(|time| time.to_string()).unwrap_or_default());
    assert_eq!(times, ["2026-11-01T05:20:00.000Z", "2026-11-01T06:50:00.000Z"]);
}
