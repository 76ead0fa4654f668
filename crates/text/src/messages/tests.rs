use super::*;
use proptest::prelude::*;

/// A stream that gives a few bytes at a time, as pipes and decoders do.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.len().min(buffer.len()).min(self.1);
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn begins(line: &[u8]) -> bool {
    line.first() == Some(&b'#')
}

/// All blocks of a segment: their place and their bytes.
fn blocks(text: &[u8], first: u64, start: u64, end: u64) -> Vec<(u64, Vec<u8>)> {
    let from = if start > first { start - 1 } else { start };
    let stream = Drip(&text[from as usize..], 70_000);
    let mut blocks = Blocks::segment(stream, first, start, end, &begins, Vec::new());
    let mut all = Vec::new();
    while let Some(block) = blocks.next().expect("no errors in memory") {
        all.push((block.offset, block.bytes.to_vec()));
    }
    all
}

/// What a segment owns, from where to where.
fn owned(text: &[u8], start: u64, end: u64) -> Option<(u64, Vec<u8>)> {
    let all = blocks(text, 0, start, end);
    let offset = all.first()?.0;
    Some((offset, all.into_iter().flat_map(|(_, bytes)| bytes).collect()))
}

/// Where the first message begins at or behind a place, by the book.
fn first_begin(text: &[u8], place: usize) -> usize {
    if place == 0 {
        return 0;
    }
    (place..text.len()).find(|at| text[at - 1] == b'\n' && begins(&text[*at..])).unwrap_or(text.len())
}

proptest! {
    #[test]
    fn segments_own_every_byte_once(
        parts in prop::collection::vec(("[#x ]", 0usize..6000), 1..60),
        mut cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let text: Vec<u8> = parts.iter().flat_map(|(head, length)| format!("{head}{}\n", "y".repeat(*length)).into_bytes()).collect();
        let mut places: Vec<usize> = cuts.drain(..).map(|cut| cut.index(text.len() + 1)).collect();
        places.extend([0, text.len()]);
        places.sort_unstable();
        places.dedup();
        let mut joined = Vec::new();
        for pair in places.windows(2) {
            let (from, to) = (first_begin(&text, pair[0]), first_begin(&text, pair[1]));
            let last = pair[1] == text.len();
            let end = if last { u64::MAX } else { pair[1] as u64 };
            let to = if last { text.len() } else { to };
            match owned(&text, pair[0] as u64, end) {
                Some((offset, bytes)) => {
                    prop_assert_eq!(offset, from as u64);
                    prop_assert_eq!(bytes.len(), to - from);
                    joined.extend(bytes);
                }
                None => prop_assert!(from == to, "segment {:?} owns {}..{}", pair, from, to),
            }
        }
        prop_assert!(joined == text);
    }
}

#[test]
fn a_line_of_many_megabytes_comes_in_pieces() {
    let mut text = b"#one\nnext\n".to_vec();
    text.extend(vec![b'z'; 3 * LONGEST]);
    text.extend(b"\n#two\n");
    let all = blocks(&text, 0, 0, u64::MAX);
    assert!(all.iter().all(|(_, bytes)| bytes.len() <= LONGEST));
    assert_eq!(all.concat_bytes(), text);
    // a segment that lies inside the line owns nothing, the one at its end owns the rest
    assert_eq!(owned(&text, 5_000_000, 6_000_000), None);
    assert_eq!(owned(&text, 6_000_000, u64::MAX), Some((text.len() as u64 - 5, b"#two\n".to_vec())));
    let (offset, bytes) = owned(&text, 0, 5_000_000).expect("the first");
    assert_eq!((offset, bytes.len()), (0, text.len() - 5));
}

trait ConcatBytes {
    fn concat_bytes(&self) -> Vec<u8>;
}

impl ConcatBytes for Vec<(u64, Vec<u8>)> {
    fn concat_bytes(&self) -> Vec<u8> {
        self.iter().flat_map(|(_, bytes)| bytes.clone()).collect()
    }
}

#[test]
fn a_mark_at_the_start_is_not_a_segment_border() {
    let text = b"\xef\xbb\xbf#one\n#two\n";
    let all = blocks(text, 3, 3, u64::MAX);
    assert_eq!(all, vec![(3, b"#one\n#two\n".to_vec())]);
    assert_eq!(blocks(text, 3, 4, u64::MAX), vec![(8, b"#two\n".to_vec())]);
}
