//! Plans and copies of folders, and what happens to files in between.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use chrono::DateTime;
use spoglight_artifacts::CollectionManifest;
use spoglight_source::{Bundle, Opening, read_small};
use spoglight_time::units::{HOUR, MINUTE};

use super::*;

/// Hears nothing, and ends the run after some bytes.
struct Until(u64);

impl Feedback for Until {
    fn advance(&mut self, bytes: u64) -> io::Result<()> {
        self.0 = self.0.checked_sub(bytes).ok_or_else(|| io::Error::other("stopped"))?;
        Ok(())
    }
}

fn nanos(text: &str) -> i64 {
    DateTime::parse_from_rfc3339(text).expect("a time").timestamp_nanos_opt().expect("in range")
}

fn put(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
    fs::write(path, content).expect("a file");
}

/// Whether a name in the archive is that of a path below the folder of a test. A path of Windows begins with its drive.
fn is_entry(entry: &str, path: &str) -> bool {
    let below = entry.strip_prefix("ECEAPP01/");
    below.is_some_and(
        |below| {
            if cfg!(windows) { below.ends_with(&format!("/{path}")) } else { below == path }
        },
    )
}

/// A log of ECE with one line a minute.
fn ece(from: &str, minutes: i64) -> String {
    let from = nanos(from);
    let line = |at: i64| {
        let time = DateTime::from_timestamp_nanos(from + at * MINUTE).format("%Y-%m-%d %H:%M:%S%.3f");
        format!(
            "{time} GMT+0000 <@> INFO <@> [1:main] <@> ProcessId:1 <@> PID:1 <@> UID:1 <@> UserSessionId: <@> \
             ClientSessionId: <@> HttpSessionId: <@> com.egain.A <@> b() <@> line {at}\n"
        )
    };
    let lines: Vec<String> = (0..minutes).map(line).collect();
    lines.concat()
}

/// A log of Tomcat in local time with one line a minute.
fn tomcat(day: &str, hour: i64, minutes: i64) -> String {
    let line = |at: i64| {
        let (hour, minute) = (hour + at / 60, at % 60);
        format!("{day} {hour:02}:{minute:02}:00.000 INFO [main] org.apache.catalina.core.A.b line {at}\n")
    };
    let lines: Vec<String> = (0..minutes).map(line).collect();
    lines.concat()
}

fn request(root: &Path) -> Request {
    Request {
        roots: vec![root.to_owned()],
        host: Some("ECEAPP01".to_owned()),
        zone: Some(chrono_tz::America::New_York),
        now: nanos("2026-11-22T12:00:00Z"),
        ..Request::default()
    }
}

fn plan(request: Request) -> Plan {
    Plan::of(request, &mut |_| {})
}

fn names(plan: &Plan) -> Vec<&str> {
    plan.files.iter().map(|file| file.entry.rsplit('/').next().expect("a name")).collect()
}

/// The entries of an archive with their bytes, and its manifest.
fn unpacked(zip: &[u8]) -> (BTreeMap<String, Vec<u8>>, CollectionManifest) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("c.zip");
    fs::write(&path, zip).expect("a file");
    let bundle = Bundle::open(&[path], &Opening::default());
    assert_eq!(bundle.problems, []);
    let mut entries = BTreeMap::new();
    for source in &bundle.sources {
        let mut bytes = Vec::new();
        source.read(0, |stream| stream.read_to_end(&mut bytes)).expect("readable");
        entries.insert(source.path.rsplit('!').next().expect("a name").to_owned(), bytes);
        assert_eq!(source.host.as_deref(), Some("ECEAPP01"), "{}", source.path);
    }
    let manifest = entries.get("ECEAPP01/spoglight-collection.json").expect("a manifest");
    let manifest = serde_json::from_slice(manifest).expect("JSON");
    (entries, manifest)
}

#[test]
fn logs_are_chosen_by_what_they_contain() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ece").join("eService").join("logs");
    // all files have the same modification time: now
    for (number, from) in ["18:00", "16:00", "14:00", "12:00", "10:00"].iter().enumerate() {
        let name = if number == 0 {
            "eg_log_ECEAPP01_rx-process.log".to_owned()
        } else {
            format!("eg_log_ECEAPP01_rx-process.log.{number}")
        };
        put(&logs, &name, ece(&format!("2026-11-21T{from}:00Z"), 119));
    }
    put(&logs, "eg_log_query_timeout_ECEAPP01_rx-process.log", "");
    put(folder.path(), "icm/tomcat/logs/catalina.2026-11-20.log", tomcat("20-Nov-2026", 0, 24 * 60));
    put(folder.path(), "icm/tomcat/logs/catalina.2026-11-21.log", tomcat("21-Nov-2026", 0, 20 * 60));
    put(folder.path(), "icm/tomcat/logs/catalina.2026-11-22.log", tomcat("22-Nov-2026", 0, 20));
    put(folder.path(), "notes.bin", [0, 1, 2, 3, 0, 0, 255]);
    put(folder.path(), "setup.xyz", "hello\n");
    let mut request = request(folder.path());
    request.window = Some(Window::around(nanos("2026-11-21T14:30:00Z"), HOUR));
    let chosen = plan(request.clone());
    let wanted = [
        "eg_log_ECEAPP01_rx-process.log",
        "eg_log_ECEAPP01_rx-process.log.2",
        "eg_log_ECEAPP01_rx-process.log.3",
        "eg_log_query_timeout_ECEAPP01_rx-process.log",
        // 09:30 in New York
        "catalina.2026-11-21.log",
        // the current file
        "catalina.2026-11-22.log",
    ];
    assert_eq!(names(&chosen), wanted);
    assert_eq!(chosen.role.as_deref(), Some("ECE services"));
    let mut why: Vec<(&str, bool)> =
        chosen.left_out.iter().map(|file| (file.why.as_str(), file.is_outside)).collect();
    why.sort_unstable();
    let outside = ("it does not cover the window", true);
    assert_eq!(
        why,
        [outside, outside, outside, ("it is in no known format", false), ("it is no text", false)]
    );
    assert_eq!(chosen.left_out_count, 5);

    // without its zone a log in local time may be half a day away
    request.zone = None;
    request.window = Some(Window::around(nanos("2026-11-21T08:00:00Z"), HOUR));
    assert!(names(&plan(request.clone())).contains(&"catalina.2026-11-20.log"));
    request.zone = Some(chrono_tz::America::New_York);
    assert!(!names(&plan(request.clone())).contains(&"catalina.2026-11-20.log"));

    // settings and the logs nearest to the incident come first
    request.window = None;
    request.incident = Some(nanos("2026-11-21T15:00:00Z"));
    let all = plan(request.clone());
    assert_eq!(all.files.len(), 9);
    let third = all.files.iter().find(|file| file.entry.ends_with("rx-process.log.2")).expect("it").bytes;
    request.max_size = Some(third + 1);
    let chosen = plan(request);
    assert_eq!(
        names(&chosen),
        ["eg_log_ECEAPP01_rx-process.log.2", "eg_log_query_timeout_ECEAPP01_rx-process.log"]
    );
    assert!(chosen.left_out.iter().filter(|file| file.why == "--max-size is reached").count() == 7);
}

#[test]
fn what_happens_to_files_meanwhile_is_recorded_and_the_rest_is_copied() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("eService").join("logs");
    let text = ece("2026-11-21T10:00:00Z", 100);
    for name in ["grown", "cut", "gone", "replaced", "rotated"] {
        put(&logs, &format!("eg_log_ECEAPP01_{name}.log"), &text);
    }
    let at = |name: &str| logs.join(format!("eg_log_ECEAPP01_{name}.log"));
    let planned = plan(request(folder.path()));
    assert_eq!(planned.files.len(), 5);
    fs::write(at("grown"), format!("{text}{text}")).expect("written");
    fs::write(at("cut"), &text[..1000]).expect("written");
    fs::remove_file(at("gone")).expect("removed");
    put(&logs, "new.log", "another file\n");
    fs::rename(logs.join("new.log"), at("replaced")).expect("renamed");
    fs::rename(at("rotated"), logs.join("eg_log_ECEAPP01_rotated.log.1")).expect("renamed");
    put(&logs, "eg_log_ECEAPP01_rotated.log", "a new log\n");
    let mut zip = Vec::new();
    let collected = planned.write("0", &mut zip, &mut Until(u64::MAX)).expect("an archive");
    let (entries, manifest) = unpacked(&zip);
    assert_eq!(manifest.files, collected.manifest.files);
    let entry = |name: &str| {
        let path = format!("eService/logs/eg_log_ECEAPP01_{name}.log");
        entries.iter().find(|(entry, _)| is_entry(entry, &path)).map(|(_, bytes)| bytes.as_slice())
    };
    assert_eq!(entry("grown"), Some(text.as_bytes()));
    assert_eq!(entry("cut"), Some(&text.as_bytes()[..1000]));
    assert_eq!(entry("rotated"), Some(text.as_bytes()));
    assert_eq!((entry("gone"), entry("replaced")), (None, None));
    let changed = |name: &str| {
        let file = manifest.files.iter().find(|file| file.path.contains(name));
        file.and_then(|file| file.changed.clone()).unwrap_or_default()
    };
    assert_eq!(changed("grown"), format!("it grew by {} bytes, which are not copied", text.len()));
    assert_eq!(changed("cut"), format!("it was truncated while it was copied: 1000 of {} bytes", text.len()));
    assert!(
        changed("rotated").starts_with("it was renamed to eg_log_ECEAPP01_rotated.log.1"),
        "{}",
        changed("rotated")
    );
    let left: Vec<&str> = manifest.left_out.iter().map(|file| file.why.as_str()).collect();
    assert_eq!(
        left,
        ["it was deleted before it was copied", "it was replaced by another file before it was copied"]
    );
    assert_eq!((manifest.left_out_count, collected.problems.len()), (2, 5), "{:?}", collected.problems);
}

#[test]
fn a_collection_changes_no_file_and_has_no_private_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let samples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../samples/artifacts"));
    let mut before = BTreeMap::new();
    for entry in fs::read_dir(samples).expect("samples") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let bytes = read_small(&path).expect("a file");
            let to = folder.path().join(path.file_name().expect("a name"));
            fs::write(&to, &bytes).expect("a file");
            let time = fs::metadata(&to).expect("facts").modified().expect("a time");
            before.insert(to, (bytes, time));
        }
    }
    put(
        folder.path(),
        "app.pem",
        "-----BEGIN RSA PRIVATE KEY-----\nTUlJRS1zZWNyZXQ=\n-----END RSA PRIVATE KEY-----\n",
    );
    let planned = plan(request(folder.path()));
    let mut zip = Vec::new();
    let collected = planned.write("0", &mut zip, &mut Until(u64::MAX)).expect("an archive");
    for (path, (bytes, time)) in &before {
        assert_eq!(&read_small(path).expect("a file"), bytes, "{}", path.display());
        assert_eq!(
            fs::metadata(path).expect("facts").modified().expect("a time"),
            *time,
            "{}",
            path.display()
        );
    }
    let (entries, manifest) = unpacked(&zip);
    assert!(manifest.files.iter().any(|file| file.altered.as_deref() == Some("without private keys")));
    assert!(manifest.files.iter().any(|file| file.entry.ends_with("trusted.jks") && file.altered.is_none()));
    for (name, bytes) in &entries {
        assert!(!String::from_utf8_lossy(bytes).contains("PRIVATE KEY-----\nM"), "{name}");
        assert!(!String::from_utf8_lossy(bytes).contains("TUlJRS1zZWNyZXQ="), "{name}");
        // the stores with keys of the samples: what is in the archive has none
        if let Some((whole, _)) = before
            .iter()
            .find(|(path, _)| path.ends_with(name.rsplit('/').next().expect("a name")))
            .map(|(_, known)| known)
            && Path::new(name).extension().is_some_and(|end| end == "jks")
        {
            let public = spoglight_artifacts::without_private_keys(whole).expect("a store");
            assert_eq!(&public, bytes, "{name}");
        }
    }
    for name in ["key-and-trust.p12", "truststore-locked.p12"] {
        assert!(
            manifest
                .left_out
                .iter()
                .any(|file| file.path.ends_with(name) && file.why.contains("keytool -list")),
            "{name}"
        );
        assert!(!entries.keys().any(|entry| entry.ends_with(name)), "{name}");
    }
    drop(collected);
}

#[test]
fn a_run_that_is_stopped_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "eService/logs/eg_log_ECEAPP01_rx-process.log", ece("2026-11-21T10:00:00Z", 100));
    let error =
        plan(request(folder.path())).write("0", &mut Vec::new(), &mut Until(10)).expect_err("it is stopped");
    assert_eq!(error.to_string(), "stopped");
}

#[test]
fn names_in_the_archive_show_where_files_were_and_lead_nowhere() {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path(), "a/icm/tomcat/logs/catalina.2026-11-21.log", tomcat("21-Nov-2026", 0, 9));
    put(folder.path(), "b/icm/tomcat/logs/catalina.2026-11-21.log", tomcat("21-Nov-2026", 1, 9));
    let mut request = request(folder.path());
    // the root is below the folder of the product
    request.roots = vec![folder.path().join("a/icm/tomcat/logs")];
    let chosen = plan(request.clone());
    let log = "icm/tomcat/logs/catalina.2026-11-21.log";
    assert!(is_entry(&chosen.files[0].entry, log), "{}", chosen.files[0].entry);
    // two roots with the same names
    request.roots = vec![folder.path().join("a"), folder.path().join("b")];
    let chosen = plan(request.clone());
    let entries: Vec<&str> = chosen.files.iter().map(|file| file.entry.as_str()).collect();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().any(|entry| is_entry(entry, log)), "{entries:?}");
    assert!(
        entries.iter().any(|entry| entry.ends_with("/b/icm/tomcat/logs/catalina.2026-11-21.log")),
        "{entries:?}"
    );
    // a name that is no folder
    for (host, safe) in [("..", "server"), ("a/b", "a_b"), ("x\u{202e}y", "x_y"), ("ECE-1.lab", "ECE-1.lab")]
    {
        request.host = Some(host.to_owned());
        assert_eq!(plan(request.clone()).host, safe);
    }
    // the archive and its temporary file are not collected
    put(folder.path(), "a/icm/tomcat/logs/out.log", tomcat("21-Nov-2026", 1, 9));
    put(folder.path(), "a/icm/tomcat/logs/out.log.77.part", tomcat("21-Nov-2026", 1, 9));
    request.roots = vec![folder.path().join("a")];
    request.output = Some(folder.path().join("a/icm/tomcat/logs/out.log"));
    assert_eq!(names(&plan(request)), ["catalina.2026-11-21.log"]);
}
