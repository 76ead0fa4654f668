//! What each pane looks like, in three sizes, and where a terminal can do little.

use super::{FINE, PLAIN, Play};
use crate::panes::tree;

const CASE: &str = "samples/cases/untrusted-certificate";

const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 56)];

/// Keys that lead to each pane.
const PANES: [(&str, &str); 9] = [
    ("timeline", ""),
    ("tree", "Tjj"),
    ("detail", "]\n"),
    ("findings", "2"),
    ("groups", "3"),
    ("bookmarks", "eaits first\n4"),
    ("help", "?"),
    ("menu", "="),
    ("filter", "fclass:"),
];

#[test]
fn every_pane_in_three_sizes() {
    for (width, height) in SIZES {
        let mut play = Play::of(CASE, (width, height), FINE);
        for (pane, keys) in PANES {
            play.keys(keys);
            insta::assert_snapshot!(format!("{pane}_{width}x{height}"), play.screen());
            play.keys("\x1b\x1b\x1b1R");
            play.app.ui.open.remove(&tree::ID);
        }
    }
}

#[test]
fn a_terminal_that_can_do_little() {
    let mut play = Play::of(CASE, (80, 24), PLAIN);
    play.keys("]");
    assert!(play.screen().is_ascii(), "{}", play.screen());
    insta::assert_snapshot!("ascii_80x24", play.screen());
    play.resize(20, 5);
    insta::assert_snapshot!("ascii_20x5", play.screen());
    for pane in ["2", "3", "4", "?", "\x1bT", "\x1b1\n", "="] {
        play.keys(pane);
        assert!(play.screen().is_ascii());
    }
}

#[test]
fn what_cannot_be_read_says_so_and_what_to_do() {
    let mut play = Play::of("samples/there-is-no-such-case", (90, 24), FINE);
    assert_eq!(play.app.unread().len(), 1);
    let screen = play.screen();
    assert!(
        screen.contains("No events in these files") && screen.contains("samples/there-is-no-such-case"),
        "{screen}"
    );
    play.keys("2jj\n");
    assert!(play.screen().contains("not read"), "{}", play.screen());
    for keys in ["1", "jkGg", "e]", "/x\nn", "fx\n", "3\n", "zZ", "=s", "T\n", "my", "xa\n\x1b"] {
        play.keys(keys);
    }
}

#[test]
fn text_of_strangers_is_shown_and_not_obeyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ECEAPP01/eService/logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    let head = "2026-11-21 12:00:00.00";
    let middle = "GMT+0000 <@> ERROR <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> HttpSessionId:  <@> com.egain.X <@> run() <@>";
    let texts = [
        "title \x1b]0;owned\x07 end",
        "wide 漢字漢字漢字 end",
        "combining e\u{301}e\u{301} end",
        "tab\tstop end",
        "turned \u{202e}txt end",
        "password=hunter2secret end",
    ];
    let lines: Vec<String> =
        texts.iter().enumerate().map(|(at, text)| format!("{head}{at} {middle} {text} <@> \n")).collect();
    std::fs::write(logs.join("eg_log_ECEAPP01_x-process.log"), lines.concat()).expect("a file");
    let mut play = Play::of(&folder.path().display().to_string(), (120, 30), FINE);
    let screen = play.screen();
    assert!(!screen.contains('\x1b') && !screen.contains('\u{202e}') && !screen.contains('\t'));
    assert!(screen.contains("␛]0;owned␇ end") && screen.contains("漢字漢字漢字 end"), "{screen}");
    assert!(screen.contains("turned U+202Etxt end") && !screen.contains("hunter2secret"), "{screen}");
    // every line ends in the same column: nothing that is wide or narrow has moved the right edge
    play.keys("\n");
    insta::assert_snapshot!(
        "strangers",
        play.screen()
            .replace(&folder.path().display().to_string(), "[FOLDER]")
            .lines()
            .skip(6)
            .take(8)
            .collect::<Vec<_>>()
            .join("\n")
    );
    play.keys("\x1bGky");
    assert!(play.copied.iter().all(|text| !text.contains("hunter2secret")));
}
