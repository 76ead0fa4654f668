//! Artifacts: every reader reads any bytes, under any name, and fails with a sentence.

use spoglight_artifacts::{Rounds, reader_of, readers};

/// Names that a reader may know.
const NAMES: [&str; 6] = [
    "x.log",
    "web.cer",
    "icm/ssl/cacerts",
    "spog_config.js",
    "config/applicationHost.config",
    "inventory.csv",
];

/// Checks bytes as a file that is not a log.
pub fn check(data: &[u8]) {
    let head = &data[..data.len().min(64 << 10)];
    for name in NAMES {
        let _ = reader_of(name, head);
    }
    for reader in readers() {
        let _ = (reader.recognises("x", head), reader.is_store(head));
        match reader.read(data, &["changeit".to_owned()], &mut Rounds::of_run()) {
            Ok(artifact) => {
                // what is kept of a file is not much more than the file
                let kept = serde_json::to_vec(&artifact).expect("JSON").len();
                assert!(kept <= (64 << 10) + 32 * data.len(), "{kept} of {}", data.len());
            }
            Err(why) => assert!(!why.is_empty() && why.len() < 4 << 10, "{why}"),
        }
    }
}
