//! Writes event logs for tests: every record uses a template of its chunk, as those of Windows do.

use std::collections::BTreeMap;

/// Bytes of a chunk, and of the header of a file.
pub(crate) const CHUNK: usize = 64 << 10;
pub(crate) const HEADER: usize = 4096;

/// An event to write.
#[derive(Debug, Clone)]
pub(crate) struct TestEvent<'a> {
    pub(crate) provider: &'a str,
    pub(crate) id: u16,
    pub(crate) level: u8,
    /// 100 nanoseconds since 1601.
    pub(crate) time: u64,
    pub(crate) channel: &'a str,
    pub(crate) computer: &'a str,
    pub(crate) data: &'a [&'a str],
}

/// 100 nanoseconds from 1601 to 1970.
const EPOCH: u64 = 116_444_736_000_000_000;

/// The time of an event from seconds since 1970.
pub(crate) fn filetime(seconds: u64) -> u64 {
    EPOCH + seconds * 10_000_000
}

/// A log with these events, as many to a chunk as `per_chunk`.
pub(crate) fn log(events: &[TestEvent<'_>], per_chunk: usize) -> Vec<u8> {
    let chunks: Vec<Vec<u8>> = events
        .chunks(per_chunk)
        .enumerate()
        .map(|(at, events)| chunk(events, (at * per_chunk) as u64 + 1))
        .collect();
    let mut log = header(chunks.len() as u64, events.len() as u64 + 1);
    for chunk in &chunks {
        log.extend_from_slice(chunk);
    }
    log
}

fn header(chunks: u64, next: u64) -> Vec<u8> {
    let mut header = vec![0; HEADER];
    put(&mut header, 0, b"ElfFile\0");
    put(&mut header, 16, &chunks.saturating_sub(1).to_le_bytes());
    put(&mut header, 24, &next.to_le_bytes());
    put(&mut header, 32, &128u32.to_le_bytes());
    put(&mut header, 36, &1u16.to_le_bytes());
    put(&mut header, 38, &3u16.to_le_bytes());
    put(&mut header, 40, &4096u16.to_le_bytes());
    put(&mut header, 42, &(chunks as u16).to_le_bytes());
    let sum = crc32fast::hash(&header[..120]);
    put(&mut header, 124, &sum.to_le_bytes());
    header
}

/// A chunk whose first record has the number `first`.
pub(crate) fn chunk(events: &[TestEvent<'_>], first: u64) -> Vec<u8> {
    let mut chunk = vec![0; 512];
    let mut templates: BTreeMap<usize, u32> = BTreeMap::new();
    let mut last = 512;
    for (number, event) in (first..).zip(events) {
        last = chunk.len() as u32;
        record(&mut chunk, &mut templates, event, number);
    }
    let free = chunk.len();
    assert!(free <= CHUNK, "too many events for a chunk: {free} bytes");
    chunk.resize(CHUNK, 0);
    let end = first + events.len() as u64 - 1;
    put(&mut chunk, 0, b"ElfChnk\0");
    for (at, value) in [(8, first), (16, end), (24, first), (32, end)] {
        put(&mut chunk, at, &value.to_le_bytes());
    }
    put(&mut chunk, 40, &128u32.to_le_bytes());
    put(&mut chunk, 44, &last.to_le_bytes());
    put(&mut chunk, 48, &(free as u32).to_le_bytes());
    let sum = crc32fast::hash(&chunk[512..free]);
    put(&mut chunk, 52, &sum.to_le_bytes());
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&chunk[..120]);
    hasher.update(&chunk[128..512]);
    let sum = hasher.finalize();
    put(&mut chunk, 124, &sum.to_le_bytes());
    chunk
}

fn record(chunk: &mut Vec<u8>, templates: &mut BTreeMap<usize, u32>, event: &TestEvent<'_>, number: u64) {
    let start = chunk.len();
    chunk.extend_from_slice(b"\x2a\x2a\0\0\0\0\0\0");
    chunk.extend_from_slice(&number.to_le_bytes());
    chunk.extend_from_slice(&event.time.to_le_bytes());
    // a fragment with an instance of a template
    chunk.extend_from_slice(b"\x0f\x01\x01\0\x0c\x01");
    let known = templates.get(&event.data.len()).copied();
    chunk.extend_from_slice(&(event.data.len() as u32).to_le_bytes());
    let here = chunk.len() as u32 + 4;
    chunk.extend_from_slice(&known.unwrap_or(here).to_le_bytes());
    if known.is_none() {
        templates.insert(event.data.len(), here);
        template(chunk, event.data.len());
    }
    let mut values: Vec<(u8, Vec<u8>)> = vec![
        (1, wide(event.provider)),
        (6, event.id.to_le_bytes().to_vec()),
        (4, vec![event.level]),
        (17, event.time.to_le_bytes().to_vec()),
        (10, number.to_le_bytes().to_vec()),
        (1, wide(event.channel)),
        (1, wide(event.computer)),
    ];
    values.extend(event.data.iter().map(|text| (1, wide(text))));
    chunk.extend_from_slice(&(values.len() as u32).to_le_bytes());
    for (kind, value) in &values {
        chunk.extend_from_slice(&(value.len() as u16).to_le_bytes());
        chunk.extend_from_slice(&[*kind, 0]);
    }
    for (_, value) in &values {
        chunk.extend_from_slice(value);
    }
    while !(chunk.len() - start + 4).is_multiple_of(8) {
        chunk.push(0);
    }
    let size = ((chunk.len() - start + 4) as u32).to_le_bytes();
    put(chunk, start + 4, &size);
    chunk.extend_from_slice(&size);
}

/// The template of an event with that number of texts.
fn template(chunk: &mut Vec<u8>, data: usize) {
    // no next template, an id, and the size, which is known at the end
    chunk.extend_from_slice(&[0; 4]);
    chunk.extend_from_slice(&[data as u8 + 1; 16]);
    let size_at = chunk.len();
    chunk.extend_from_slice(&[0; 4]);
    let start = chunk.len();
    chunk.extend_from_slice(b"\x0f\x01\x01\0");
    element(
        chunk,
        "Event",
        &[("xmlns", Text("http://schemas.microsoft.com/win/2004/08/events/event"))],
        |chunk| {
            element(chunk, "System", &[], |chunk| {
                element(chunk, "Provider", &[("Name", Value(0, 1))], |_| {});
                element(chunk, "EventID", &[("Qualifiers", Text("49152"))], |chunk| value(chunk, 1, 6));
                element(chunk, "Level", &[], |chunk| value(chunk, 2, 4));
                element(chunk, "Keywords", &[], |chunk| text(chunk, "0x8080000000000000"));
                element(chunk, "TimeCreated", &[("SystemTime", Value(3, 17))], |_| {});
                element(chunk, "EventRecordID", &[], |chunk| value(chunk, 4, 10));
                element(chunk, "Channel", &[], |chunk| value(chunk, 5, 1));
                element(chunk, "Computer", &[], |chunk| value(chunk, 6, 1));
            });
            element(chunk, "EventData", &[], |chunk| {
                for at in 0..data {
                    element(chunk, "Data", &[], |chunk| value(chunk, 7 + at as u16, 1));
                }
            });
        },
    );
    chunk.push(0);
    let size = ((chunk.len() - start) as u32).to_le_bytes();
    put(chunk, size_at, &size);
}

/// The value of an attribute: a text of the template, or a value of the record with its type.
#[derive(Clone, Copy)]
enum Attribute<'a> {
    Text(&'a str),
    Value(u16, u8),
}
use Attribute::{Text, Value};

fn element(
    chunk: &mut Vec<u8>,
    name: &str,
    attributes: &[(&str, Attribute<'_>)],
    content: impl FnOnce(&mut Vec<u8>),
) {
    chunk.push(if attributes.is_empty() { 0x01 } else { 0x41 });
    chunk.extend_from_slice(b"\xff\xff");
    let size_at = chunk.len();
    chunk.extend_from_slice(&[0; 4]);
    add_name(chunk, name);
    if !attributes.is_empty() {
        let list_at = chunk.len();
        chunk.extend_from_slice(&[0; 4]);
        for (at, (name, what)) in attributes.iter().enumerate() {
            chunk.push(if at + 1 < attributes.len() { 0x46 } else { 0x06 });
            add_name(chunk, name);
            match what {
                Text(own) => text(chunk, own),
                Value(place, kind) => value(chunk, *place, *kind),
            }
        }
        let size = ((chunk.len() - list_at - 4) as u32).to_le_bytes();
        put(chunk, list_at, &size);
    }
    let before = chunk.len();
    chunk.push(0x02);
    content(chunk);
    if chunk.len() == before + 1 {
        chunk[before] = 0x03;
    } else {
        chunk.push(0x04);
    }
    let size = ((chunk.len() - size_at - 4) as u32).to_le_bytes();
    put(chunk, size_at, &size);
}

/// A name, which is written where it is used first.
fn add_name(chunk: &mut Vec<u8>, name: &str) {
    let here = chunk.len() as u32 + 4;
    chunk.extend_from_slice(&here.to_le_bytes());
    chunk.extend_from_slice(&[0; 4]);
    let hash =
        name.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(65_599).wrapping_add(unit.into()));
    chunk.extend_from_slice(&(hash as u16).to_le_bytes());
    chunk.extend_from_slice(&(name.encode_utf16().count() as u16).to_le_bytes());
    chunk.extend_from_slice(&wide(name));
    chunk.extend_from_slice(b"\0\0");
}

fn text(chunk: &mut Vec<u8>, text: &str) {
    chunk.extend_from_slice(b"\x05\x01");
    chunk.extend_from_slice(&(text.encode_utf16().count() as u16).to_le_bytes());
    chunk.extend_from_slice(&wide(text));
}

fn value(chunk: &mut Vec<u8>, place: u16, kind: u8) {
    chunk.push(0x0d);
    chunk.extend_from_slice(&place.to_le_bytes());
    chunk.push(kind);
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}
