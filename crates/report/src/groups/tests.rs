//! Counts and order of groups, and the look of the table.

use super::*;
use proptest::prelude::*;

fn filled() -> Groups {
    let mut groups = Groups::default();
    for number in 0..1_234 {
        let host = u32::from(number % 5 == 0);
        let example = || format!("took {number} ms");
        groups.add(b"took # ms", &example, Some(5_000 - number), Level::Info, host, 0);
    }
    groups.add(b"\xd1\xcf: #", &|| "严\x1b[2J: 1".to_owned(), None, Level::None, 7, 1);
    groups.add(b"\xd1\xcf: #", &|| "严\x1b[2J: 2".to_owned(), Some(9), Level::Error, 7, 1);
    let why = || "bind as CN=svc refused: error code 49, data 52e".to_owned();
    groups.add(b"bind as CN=svc refused: error code 49, data 52e", &why, None, Level::Fatal, 9, 0);
    (0..10).for_each(|host| groups.add(b"everywhere", &String::new, Some(7), Level::Warn, host, 0));
    groups
}

fn page(look: &RenderOptions, other: u64) -> String {
    let mut out = Vec::new();
    let names = |host| format!("ECEAPP{host:02}");
    write(&filled().finish(), other, &names, &|time| format!("T{time}"), look, &mut out).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn a_table_for_a_file() {
    let expected = "  Count  Level  First  Last   Host                           Message
  1,234  info   T3767  T5000  ECEAPP00, ECEAPP01             took # ms
     10  warn   T7     T7     ECEAPP00, ECEAPP01 +6 or more  everywhere
      2  error  T9     T9     ECEAPP07                       严␛[2J: 2
      1  fatal  -      -      ECEAPP09                       bind as CN=svc refused: error code 49, data 52e
";
    assert_eq!(page(&RenderOptions::default(), 0), expected);
}

#[test]
fn terminals_are_not_overrun() {
    let expected = "  Count  Level  First  Last   Host
  1,234  \x1b[38;5;64minfo\x1b[0m   T3767  T5000  ECEAPP00, ECEAPP01
         took # ms
     10  \x1b[38;5;136mwarn\x1b[0m   T7     T7     ECEAPP00, ECEAPP01 +6 o…
         everywhere
      2  \x1b[38;5;196merror\x1b[0m  T9     T9     ECEAPP07
         严␛[2J: 2
      1  \x1b[38;5;196mfatal\x1b[0m  -      -      ECEAPP09
         bind as CN=svc refused: error code 49, data …
     70  \x1b[38;5;244mof other shapes: no more than 50,000 are tol…\x1b[0m
";
    assert_eq!(
        page(&RenderOptions { table_width: 54, colour: true, ..RenderOptions::default() }, 70),
        expected
    );
    for table_width in 46..130 {
        let text = page(&RenderOptions { table_width, ..RenderOptions::default() }, 70);
        assert!(text.lines().all(|line| line.width() <= table_width), "{table_width}\n{text}");
    }
}

#[test]
fn there_is_an_end_to_what_is_kept() {
    let mut groups = Groups::default();
    for number in 0..MOST_SHAPES + 3 {
        groups.add(number.to_string().as_bytes(), &|| "ä".repeat(5_000), None, Level::None, 0, 0);
    }
    groups.add(b"0", &String::new, None, Level::None, 0, 0);
    assert_eq!(groups.other(), 3);
    let all = groups.finish();
    assert_eq!((all.len(), all[0].count, all[0].example.chars().count()), (MOST_SHAPES, 2, EXAMPLE + 1));
    let long = "é".repeat(300);
    assert_eq!(beginning(format!("a{long}").as_bytes()), format!("a{}", "é".repeat(255)).as_bytes());
}

proptest! {
    #[test]
    fn the_order_of_adding_does_not_matter(
        events in prop::collection::vec((0..6u8, prop::sample::select(&Level::ALL[..]), 0..12u32), 0..60),
        seed in any::<u64>(),
    ) {
        let of = |order: &[usize]| {
            let mut groups = Groups::default();
            for at in order {
                let (shape, level, host) = events[*at];
                groups.add(&[b'a' + shape], &|| format!("{at}"), Some(*at as i64), level, host, host + 1);
            }
            groups.finish()
        };
        let mut order: Vec<usize> = (0..events.len()).collect();
        let sorted = of(&order);
        order.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(seed | 1) >> 7);
        prop_assert_eq!(of(&order), sorted);
    }
}
