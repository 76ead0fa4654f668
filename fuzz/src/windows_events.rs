//! Event logs of Windows: a whole log that is changed at some places is opened within the limits, and what is not read is
//! named. Random bytes would hardly get past the head of a chunk.

#[path = "../../crates/source/src/archives/evtx/writer.rs"]
#[allow(dead_code)]
pub(crate) mod writer;

use writer::{TestEvent, filetime, log};

/// Bytes of a change: a place, and what is there then.
const CHANGE: usize = 4;

/// Checks a log with these changes. Each has three bytes for its place; a log is shorter than that can be.
pub fn check(data: &[u8]) {
    let event = |id: u16| TestEvent {
        provider: "Service Control Manager",
        id,
        level: 2,
        time: filetime(1_793_633_167),
        channel: "System",
        computer: "web01.example.com",
        data: &["Tomcat9", "1", "60000"],
    };
    let events: Vec<TestEvent<'_>> = (0..6).map(event).collect();
    let mut bytes = log(&events, 3);
    let mut places = bytes.len();
    for change in data.chunks_exact(CHANGE) {
        let place = usize::from(change[0]) << 16 | usize::from(change[1]) << 8 | usize::from(change[2]);
        if place > 0xff_0000 {
            places = place & 0xffff;
            continue;
        }
        // most of a chunk is empty
        let at = if place % 2 == 0 { place % bytes.len() } else { 4096 + place % 4096 };
        bytes[at] = change[3];
    }
    bytes.truncate(places.max(9));
    super::archives::open(&bytes);
}
