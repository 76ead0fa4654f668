//! Whole ladders.

use super::*;
use proptest::prelude::*;

fn step(millis: i64, lane: usize, level: Level, text: &str) -> Step {
    Step { when: millis * 1_000_000, lane, level, text: text.to_owned(), note: None }
}

fn lanes(count: usize) -> Vec<Lane> {
    let names = ["ECEWEB01 IIS", "ECEAPP01 ApplicationServer", "DC01\x07 LDAP"];
    names.iter().cycle().take(count).map(|name| Lane { name: (*name).to_owned() }).collect()
}

fn page(steps: &[Step], lanes: &[Lane], look: &RenderOptions) -> String {
    let mut out = Vec::new();
    let label = |when: i64| format!("{:02}:{:02}", when / SECOND / 60, when / SECOND % 60);
    write(steps, lanes, &label, look, &mut out).expect("memory");
    String::from_utf8(out).expect("UTF-8")
}

fn request() -> Vec<Step> {
    let refused = "bind refused:\tdata 52e, and more of it\x1b[0m";
    let mut steps = vec![
        step(0, 0, Level::None, "POST /system/login"),
        step(10, 1, Level::Info, "login of agent"),
        step(12, 2, Level::Error, refused),
        step(2_512, 1, Level::Error, "AuthenticationException"),
        step(187_512, 1, Level::Warn, "session gone"),
        step(187_512, 0, Level::None, ""),
    ];
    steps[2].note = Some("clock of DC01 is 3 s ahead".to_owned());
    steps
}

#[test]
fn a_request_through_three_logs() {
    let expected = "  A  ECEWEB01 IIS
  B  ECEAPP01 ApplicationServer
  C  DC01␇ LDAP

                     A B C
  00:00              ●             POST /system/login
  00:00      +10 ms  │ ●    info   login of agent
  00:00       +2 ms  │ │ ●  error  bind refused:    data 52e, and more of it␛[0m
                     │ │           └ clock of DC01 is 3 s ahead
  00:02       +2.5 s  │ ●    error  AuthenticationException
  ⋮  3 min 5 s nothing
  03:07  +3 min 5 s  │ ●    warn   session gone
  03:07       +0 ms  ●

  6 steps in 3 lanes over 3 min 7 s
"
    .replace("       +2.5 s", "      +2.5 s");
    assert_eq!(page(&request(), &lanes(3), &RenderOptions::default()), expected);
}

#[test]
fn a_terminal_with_colour() {
    let look = RenderOptions { table_width: 60, colour: true, ..RenderOptions::default() };
    let expected = "  \x1b[38;5;31mA\x1b[0m  ECEWEB01 IIS
  \x1b[38;5;133mB\x1b[0m  ECEAPP01 ApplicationServer
  \x1b[38;5;64mC\x1b[0m  DC01␇ LDAP

                 \x1b[38;5;31mA\x1b[0m \x1b[38;5;133mB\x1b[0m \x1b[38;5;64mC\x1b[0m
  00:00          \x1b[38;5;31m●\x1b[0m             POST /system/login
  00:00  +10 ms    \x1b[38;5;133m●\x1b[0m    \x1b[38;5;64minfo\x1b[0m   login of agent
  00:00   +2 ms      \x1b[38;5;64m●\x1b[0m  \x1b[38;5;196merror\x1b[0m  bind refused:    data 52e, a…
                               \x1b[38;5;244m└ clock of DC01 is 3 s ahead\x1b[0m
";
    let mut steps = request();
    steps.truncate(3);
    let text = page(&steps, &lanes(3), &look);
    assert_eq!(text, format!("{expected}\n  3 steps in 3 lanes over 12 ms\n"));
}

#[test]
fn columns_give_way_to_many_lanes_and_narrow_terminals() {
    let steps = [
        step(0, 0, Level::None, "in"),
        step(11_000, 12, Level::None, "out"),
        step(11_050, 99, Level::None, "x"),
    ];
    let text = page(&steps, &lanes(13), &RenderOptions::default());
    let expected = "
  00:00            1  in
  ⋮  11.0 s nothing
  00:11  +11.0 s  13  out
  00:11   +50 ms   ?  x

  3 steps in 2 lanes over 11.0 s
";
    assert!(text.ends_with(expected) && text.starts_with("   1  ECEWEB01 IIS\n   2  "), "{text}");
    let narrow = page(&request(), &lanes(3), &RenderOptions { table_width: 50, ..RenderOptions::default() });
    assert!(narrow.contains("\n  00:00       +2 ms  C  error  bind refused:    d…\n"), "{narrow}");
    assert_eq!(page(&[], &[], &RenderOptions::default()), "\n\n  0 steps in 0 lanes over 0 ms\n");
}

#[test]
fn spans_and_what_is_long() {
    for (nanos, text) in [
        (250_000, "+250 µs"),
        (999, "+0 ms"),
        (-59_990_000_000, "-59.9 s"),
        (60 * SECOND, "+1 min"),
        (7_500 * SECOND, "+2 h 5 min"),
        (183_600 * SECOND, "+2 days 3 h"),
    ] {
        assert_eq!(signed(nanos), text);
    }
    let of = |gaps: &[i64]| long_gap(&gaps.iter().map(|gap| gap * SECOND).collect::<Vec<_>>()) / SECOND;
    assert_eq!((of(&[]), of(&[0, 0, 11]), of(&[2, 9, 2]), of(&[50, 70])), (10, 10, 20, 60));
}

proptest! {
    #[test]
    fn no_line_is_wider_than_the_terminal(
        steps in prop::collection::vec((any::<i64>(), 0..16_usize, any::<String>(), any::<Option<String>>()), 0..12),
        count in 0..15_usize,
        table_width in 60..140_usize,
    ) {
        let step = |(when, lane, text, note)| Step { when: when / 4, lane, level: Level::Info, text, note };
        let mut steps: Vec<Step> = steps.into_iter().map(step).collect();
        steps.sort_by_key(|step| step.when);
        let mut out = Vec::new();
        let label = |_: i64| "00:00".to_owned();
        write(&steps, &lanes(count), &label, &RenderOptions { table_width, ..RenderOptions::default() }, &mut out).expect("memory");
        let text = String::from_utf8(out).expect("UTF-8");
        prop_assert!(text.lines().all(|line| line.width() <= table_width), "{}", text);
    }
}
