//! Archives: any bytes are opened within the limits, and what is not read is named. Each kind of archive gets the bytes as
//! they are, and after its first bytes.

use spoglight_source::{Bundle, Limits, Opening, Passwords, archive_magics};

/// Limits that an input of a few kilobytes can reach.
const LIMITS: Limits = Limits {
    unpacked: 4 << 20,
    entry: 2 << 20,
    ratio: 1000,
    depth: 3,
    entries: 500,
    temporary: 4 << 20,
    memory: 16 << 20,
    silence: 60,
    dictionary: 4 << 20,
};

/// Checks bytes as a file that may be an archive. An odd first byte stands for the first bytes of a kind, and is replaced by
/// them.
pub fn check(data: &[u8]) {
    let magics: Vec<&[u8]> = archive_magics().collect();
    match data.split_first() {
        Some((first, rest)) if usize::from(*first) < magics.len() => {
            open(&[magics[usize::from(*first)], rest].concat());
        }
        _ => open(data),
    }
}

pub(crate) fn open(data: &[u8]) {
    let folder = super::folder();
    let path = folder.path().join("x");
    std::fs::write(&path, data).expect("a file");
    let passwords = Passwords { given: vec!["infected".to_owned()], ..Passwords::default() };
    let bundle = Bundle::open(&[path], &Opening { limits: LIMITS, passwords, ..Opening::default() });
    let mut bytes = 0;
    for source in &bundle.sources {
        let mut buffer = [0; 8 << 10];
        let _ = source.read(0, |stream| {
            loop {
                match stream.read(&mut buffer)? {
                    0 => return Ok(()),
                    count => bytes += count as u64,
                }
            }
        });
    }
    // what was not unpacked does not count
    assert!(bytes <= LIMITS.unpacked + data.len() as u64 + (1 << 20), "{bytes}");
    let problems: Vec<_> = bundle.problems.iter().cloned().chain(bundle.noticed()).collect();
    let mut said = 0;
    for problem in &problems {
        assert!(!problem.what.is_empty() && !problem.advice.is_empty(), "{problem:?}");
        said += problem.path.len() + problem.what.len() + problem.advice.len();
    }
    assert!(said <= 8 << 20, "{} problems of {said} bytes", problems.len());
    for source in &bundle.sources {
        assert!(source.path.len() < 8 << 10, "a name of {} bytes", source.path.len());
    }
}
