use super::writer::{CHUNK, HEADER, TestEvent, filetime, log};
use crate::{Bundle, Opening};

/// Lines of the log with these bytes, and its problems.
fn read(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("System.evtx");
    std::fs::write(&path, bytes).expect("a file");
    let bundle = Bundle::open(&[path], &Opening::default());
    let mut text = String::new();
    for source in &bundle.sources {
        source.read(0, |stream| stream.read_to_string(&mut text)).expect("a stream");
    }
    let problems = bundle.problems.iter().cloned().chain(bundle.noticed());
    (text.lines().map(ToOwned::to_owned).collect(), problems.map(|problem| problem.what).collect())
}

fn events(count: usize) -> Vec<TestEvent<'static>> {
    let event = |at: usize| TestEvent {
        provider: "Service Control Manager",
        id: 7000 + at as u16,
        level: 2,
        time: filetime(1_793_636_767 + at as u64),
        channel: "System",
        computer: "web01.example.com",
        data: &["Tomcat9 <x> & \"y\"", "line one\r\nline two"],
    };
    (0..count).map(event).collect()
}

#[test]
fn an_event_is_a_line() {
    let (lines, problems) = read(&log(&events(1), 1));
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        lines,
        [
            "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System><Provider Name=\"Service \
          Control Manager\"/><EventID Qualifiers=\"49152\">7000</EventID><Level>2</Level>\
          <Keywords>0x8080000000000000</Keywords><TimeCreated SystemTime=\"2026-11-02T16:26:07.0000000Z\"/>\
          <EventRecordID>1</EventRecordID><Channel>System</Channel><Computer>web01.example.com</Computer></System>\
          <EventData><Data>Tomcat9 &lt;x&gt; &amp; \"y\"</Data><Data>line one&#13;&#10;line two</Data></EventData>\
          </Event>"
        ]
    );
}

#[test]
fn chunks_are_read_in_the_order_of_their_records() {
    let whole = log(&events(50), 10);
    let (lines, problems) = read(&whole);
    assert_eq!((lines.len(), problems.len()), (50, 0));
    // a full log writes over its oldest chunk
    let turned =
        [&whole[..HEADER], &whole[HEADER + 3 * CHUNK..], &whole[HEADER..HEADER + 3 * CHUNK]].concat();
    assert_eq!(read(&turned).0, lines);
    // chunks that were reserved
    let reserved = [whole, vec![0; 4 * CHUNK]].concat();
    assert_eq!(read(&reserved), (lines, Vec::new()));
}

#[test]
fn a_log_without_a_header_or_a_close_is_read() {
    let mut torn = log(&events(20), 10);
    let lines = read(&torn).0;
    torn[8..HEADER].fill(0xff);
    assert_eq!(read(&torn), (lines.clone(), Vec::new()));
    // the chunk that is written has no checksum yet
    let mut open = log(&events(20), 10);
    open[120] = 1;
    let last = HEADER + CHUNK;
    open[last + 52..last + 56].fill(0);
    assert_eq!(read(&open), (lines, Vec::new()));
}

#[test]
fn a_log_may_be_cut_anywhere() {
    let whole = log(&events(40), 10);
    let all = read(&whole).0;
    for length in [HEADER - 1, HEADER, HEADER + 1, HEADER + 512, HEADER + 700] {
        let (lines, problems) = read(&whole[..length]);
        assert!(lines.len() < 10 && problems.len() == 1, "{length}: {} lines, {problems:?}", lines.len());
    }
    for chunks in 1..4 {
        for more in [0, 1, 600, CHUNK / 2] {
            let (lines, problems) = read(&whole[..HEADER + chunks * CHUNK + more]);
            assert_eq!(lines.get(..chunks * 10), all.get(..chunks * 10), "{chunks} chunks and {more} bytes");
            assert_eq!(problems.len(), usize::from(more > 0), "{problems:?}");
            if let Some(problem) = problems.first() {
                let named = format!("chunk {} (at byte {})", chunks + 1, HEADER + chunks * CHUNK);
                assert!(problem.contains(&named) && problem.contains("are used"), "{problem}");
            }
        }
    }
}

#[test]
fn damaged_chunks_are_named_and_the_rest_is_read() {
    let whole = log(&events(40), 10);
    let all = read(&whole).0;
    let mut damaged = whole.clone();
    damaged[HEADER + CHUNK..HEADER + CHUNK + 8].fill(b'x');
    // a letter of a text
    let at = HEADER + 3 * CHUNK + 600;
    damaged[at] ^= 1;
    let (lines, problems) = read(&damaged);
    assert_eq!(lines.get(..10), all.get(..10));
    assert_eq!(lines.get(10..20), all.get(20..30), "the second chunk is lost");
    let [problem] = problems.as_slice() else { panic!("{problems:?}") };
    assert!(
        problem.starts_with("has 2 damaged chunks: chunk 2 (at byte 69632) cannot be decoded"),
        "{problem}"
    );
    assert!(problem.contains("chunk 4 (at byte 200704)"), "{problem}");
}

#[test]
fn random_damage_is_named_and_never_fatal() {
    let whole = log(&events(30), 10);
    let all = read(&whole).0;
    let mut state = 7u64;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for round in 0..120 {
        let mut damaged = whole.clone();
        let used = 512 + 3000;
        for _ in 0..=(round % 8) {
            damaged[HEADER + CHUNK + random(used)] = random(256) as u8;
        }
        let (lines, problems) = read(&damaged);
        assert_eq!(lines.get(..10), all.get(..10), "round {round}");
        assert_eq!(lines.get(lines.len() - 10..), all.get(20..), "round {round}");
        assert!(damaged == whole || problems.len() == 1 || lines == all, "round {round}: {problems:?}");
    }
}
