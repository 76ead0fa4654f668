//! Steps, bars and the whole output.

use super::*;
use proptest::prelude::*;

/// 2024-05-01 10:00 UTC.
const TEN: i64 = 1_714_557_600 * SECOND;

fn page(histogram: &Histogram, look: &RenderOptions) -> String {
    let mut out = Vec::new();
    let label = |start: i64| {
        let minutes = (start + 2 * HOUR) / MINUTE % (24 * 60);
        format!("{:02}:{:02}\t", minutes / 60, minutes % 60)
    };
    histogram.write(&label, look, &mut out).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

fn filled() -> Histogram {
    let mut histogram = Histogram::new(TEN + MINUTE, TEN + 2 * HOUR, 30, 2 * HOUR);
    let mut add =
        |minute: i64, level, count| (0..count).for_each(|_| histogram.add(TEN + minute * MINUTE, level));
    add(2, Level::Info, 1_000);
    add(3, Level::Warn, 300);
    add(4, Level::Debug, 200);
    add(7, Level::Info, 700);
    add(8, Level::Error, 1);
    add(20, Level::None, 33);
    add(85, Level::Fatal, 2);
    add(119, Level::Warn, 400);
    add(0, Level::Error, 1);
    add(121, Level::Error, 1);
    histogram
}

#[test]
fn a_chart_without_colour() {
    let expected = "  12:00      1,500  ▓▓▓▓▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒░░░░
  12:05        701  █▒▒▒▒▒▒▒▒▒▒▒▒▒▒
  12:10          0
  12:15          0
  12:20         33  ░
  ⋮  12 empty
  13:25          2  █
  ⋮  5 empty
  13:55        400  ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓
  14:00          0
  each row 5 min
  █ fatal 2, error 1
  ▓ warn 700
  ▒ info 1,700
  ░ debug 200, none 33
  half a bar: 400 errors and warnings; a full bar: 1,500 messages
  outside of this time 2
";
    assert_eq!(page(&filled(), &RenderOptions { table_width: 52, ..RenderOptions::default() }), expected);
}

#[test]
fn a_chart_of_a_plain_terminal_has_only_ascii() {
    for colour in [false, true] {
        let page = page(
            &filled(),
            &RenderOptions { table_width: 52, colour, ascii: true, ..RenderOptions::default() },
        );
        assert!(page.is_ascii(), "{page}");
        assert!(page.contains('#') && page.contains("==="), "{page}");
    }
}

#[test]
fn a_chart_in_colour() {
    let mut histogram = Histogram::new(TEN, TEN + 2 * SECOND, 5, 0);
    for (at, level, count) in
        [(0, Level::Info, 80), (500, Level::Info, 21), (1_000, Level::Perf, 1), (1_000, Level::Error, 1)]
    {
        (0..count).for_each(|_| histogram.add(TEN + at * MILLI, level));
    }
    let expected = "  12:00      80  \x1b[38;5;64m██████████\x1b[0m
  12:00      21  \x1b[38;5;64m██▋\x1b[0m
  12:00       2  \x1b[38;5;196m█\x1b[0m
  12:00       0
  12:00       0
  each row 500 ms
  \x1b[38;5;196m█\x1b[0m error 1
  \x1b[38;5;64m█\x1b[0m info 101
  \x1b[38;5;244m█\x1b[0m perf 1
  half a bar: 10 errors and warnings; a full bar: 80 messages
";
    assert_eq!(
        page(&histogram, &RenderOptions { table_width: 27, colour: true, ..RenderOptions::default() }),
        expected
    );
    let narrow = RenderOptions { table_width: 80, ..RenderOptions::default() };
    let legend = page(&histogram, &narrow).lines().last().map(str::to_owned);
    assert_eq!(legend.as_deref(), Some("  half a bar: 10 errors and warnings; a full bar: 80 messages"));
}

#[test]
fn steps_are_round_on_the_wall() {
    // wall clock time 5 h 30 min ahead, as in India: the day begins at 18:30 UTC
    let histogram = Histogram::new(TEN, TEN + 3 * DAY, 5, 5 * HOUR + 30 * MINUTE);
    let starts: Vec<i64> = histogram.rows().map(|(start, _)| (start - TEN) / MINUTE).collect();
    assert_eq!(starts, [-930, 510, 1950, 3390]);
    // 2024-04-29 was a Monday
    let histogram = Histogram::new(TEN, TEN + 30 * DAY, 6, 0);
    assert_eq!(histogram.rows().next().map(|(start, _)| start), Some(TEN - 10 * HOUR - 2 * DAY));
    for (step, name) in
        [(WEEK, "1 week"), (4 * WEEK, "4 weeks"), (DAY, "1 day"), (90 * MINUTE, "90 min"), (MILLI, "1 ms")]
    {
        assert_eq!(step_name(step), name);
    }
}

proptest! {
    #[test]
    fn every_message_is_in_its_row_or_outside(
        from in any::<i64>(),
        to in any::<i64>(),
        length in 0..2 * DAY,
        is_long in any::<bool>(),
        rows in prop_oneof![0..5_usize, 0..200_usize],
        offset in -14 * HOUR..14 * HOUR,
        whens in prop::collection::vec(any::<i64>(), 0..9),
    ) {
        let to = if is_long { to } else { from.saturating_add(length) };
        let mut histogram = Histogram::new(from, to, rows, offset);
        let all: Vec<(i64, [u64; Level::COUNT])> = histogram.rows().collect();
        prop_assert!(!all.is_empty() && all.len() <= rows.max(2));
        prop_assert!(all.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for when in whens.iter().copied().chain([from, to]) {
            histogram.add(when, Level::Info);
        }
        let inside: u64 = histogram.rows().map(|(_, counts)| counts.iter().sum::<u64>()).sum();
        prop_assert_eq!(inside + histogram.outside(), whens.len() as u64 + 2);
        prop_assert!(inside >= 2);
    }

    #[test]
    fn bars_fit_and_errors_are_seen(
        counts in any::<[u32; 4]>(),
        shifts in any::<[u8; 4]>(),
        more in any::<u32>(),
        columns in 1..200_usize,
    ) {
        let mut counts = counts.map(u64::from);
        counts.iter_mut().zip(shifts).for_each(|(count, shift)| *count >>= shift % 33);
        let total: u64 = counts.iter().sum();
        let scale = Scale::of([counts, [0, 0, u64::from(more), 0], [u64::from(more), 0, 0, 0]].into_iter());
        let cells = scale.cells(counts, columns);
        let ends = scale.ends(counts, columns);
        prop_assert!(ends.is_sorted() && ends[3] == cells.iter().sum::<usize>());
        prop_assert!(cells.iter().sum::<usize>() <= columns);
        prop_assert!(counts[0] == 0 || cells[0] > 0);
        prop_assert_eq!(total > 0, cells.iter().any(|cells| *cells > 0));
        prop_assert!(counts.iter().zip(cells).all(|(count, cells)| *count > 0 || cells == 0));
    }
}
