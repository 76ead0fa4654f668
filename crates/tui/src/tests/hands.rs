//! Keys that hands expect from other programs, the command line, and what is asked before something is lost.

use std::fmt::Write as _;

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};

use super::{FINE, Play};
use crate::keys::{Binding, MOVES};
use crate::message::{Command, Message};
use crate::pane::Region;
use crate::theme::Palette;

const CASE: &str = "samples/cases/untrusted-certificate";

fn at(play: &Play) -> usize {
    play.app.ui.selection.cursor.at
}

fn note(play: &Play) -> String {
    play.app.ui.note.clone().unwrap_or_default()
}

fn control(play: &mut Play, letter: char) {
    play.take(Message::Input(Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL))));
}

#[test]
fn left_and_right_scroll_a_long_line_and_w_wraps_it() {
    let mut play = Play::of(CASE, (80, 24), FINE);
    play.keys("2\n");
    let before = play.screen();
    play.press(KeyCode::Right);
    assert_ne!(play.screen(), before);
    assert!(play.app.model.filters.filters.is_empty(), "scrolling is no filter");
    for _ in 0..200 {
        play.press(KeyCode::Right);
    }
    assert!(play.app.ui.left < 4000, "the longest line stays on the screen: {}", play.app.ui.left);
    for _ in 0..200 {
        play.press(KeyCode::Left);
    }
    assert_eq!((play.app.ui.left, play.screen()), (0, before));
    play.keys("w");
    let cursor = play.app.ui.selection.cursor;
    let text = play.app.model.data.line(play.app.model.event_at(cursor.at).expect("an event")).text.clone();
    let joined: String = play.screen().lines().map(|line| line.trim_start_matches(['│', ' '])).collect();
    let end: String = text.chars().rev().take(8).collect::<Vec<_>>().into_iter().rev().collect();
    assert!(joined.contains(end.trim()), "{end} of {text} is not in\n{}", play.screen());
}

#[test]
fn the_selected_event_is_on_the_screen_also_where_lines_are_wrapped() {
    let mut play = Play::of(CASE, (60, 15), FINE);
    play.keys("w");
    for _ in 0..60 {
        play.keys("j");
        let cursor = play.app.ui.selection.cursor;
        let event = play.app.model.event_at(cursor.at).expect("an event");
        let time = play.app.model.data.time(event, play.app.model.zone);
        assert!(play.screen().contains(&time[11..]), "{time} is not in\n{}", play.screen());
    }
}

#[test]
fn a_number_repeats_a_key_and_goes_to_an_event() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.keys("5j");
    assert_eq!(at(&play), 5);
    play.keys("50G");
    assert_eq!(at(&play), 49);
    play.keys("0120G");
    assert_eq!(at(&play), 119);
    play.keys("6k");
    assert_eq!(at(&play), 113);
    play.keys("99999999999999999999999G");
    assert_eq!(at(&play) + 1, play.app.model.range().len());
    play.keys("9\x1bg");
    assert_eq!(at(&play), 0, "esc forgets the number");
}

#[test]
fn steps_of_time_and_warnings() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    let time = |play: &Play| {
        let event = play.app.model.event_at(at(play)).expect("an event");
        play.app.model.data.index.key(event).0
    };
    let start = time(&play);
    play.keys(")");
    assert!(time(&play) - start >= 60_000_000_000);
    let later = time(&play);
    play.keys("(");
    assert!((start..later).contains(&time(&play)));
    play.keys("}}}");
    assert_eq!(note(&play), "no later event with a date");
    play.keys("{g");
    play.keys("p");
    let event = play.app.model.event_at(at(&play)).expect("an event");
    assert_eq!(play.app.model.data.line(event).level, spoglight_parsers::Level::Warn);
}

#[test]
fn lines_scroll_and_the_screen_is_drawn_again() {
    let mut play = Play::of(CASE, (100, 30), FINE);
    play.keys("50G");
    let cursor = play.app.ui.selection.cursor;
    control(&mut play, 'e');
    let after = play.app.ui.selection.cursor;
    assert_eq!((after.at, after.top), (cursor.at, cursor.top + 1));
    control(&mut play, 'y');
    assert_eq!(play.app.ui.selection.cursor, cursor);
    let letter = KeyEvent::new(KeyCode::Char('l'), KeyModifiers::CONTROL);
    play.app.update(Message::Input(Event::Key(letter)));
    assert!(play.app.take_commands().iter().any(|command| matches!(command, Command::Redraw)));
}

#[test]
fn hits_are_numbered_and_shown_in_the_details() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.keys("/pkix path\n");
    assert!(play.screen().contains("search: pkix path, hit 1 of "), "{}", play.screen());
    play.keys("n");
    assert!(play.screen().contains("search: pkix path, hit 2 of "), "{}", play.screen());
    play.press(KeyCode::F(3));
    let screen = play.screen();
    assert!(screen.contains(", hit ") && !screen.contains("hit 2 of "), "{screen}");
}

#[test]
fn the_command_line() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.keys(":120\n");
    assert_eq!(at(&play), 119);
    play.keys(":goto 17:20\n");
    let event = play.app.model.event_at(at(&play)).expect("an event");
    assert!(play.app.model.data.time(event, play.app.model.zone).contains(" 17:20:"));
    play.keys(":fi\t level>=warn\n");
    assert_eq!(play.app.model.filters.filters.len(), 1);
    play.keys(":theme d\t\n");
    assert_eq!(play.app.ui.theme.palette, Palette::Dark);
    play.keys(":frob\n");
    assert!(play.screen().contains("unknown command `frob`"), "{}", play.screen());
    play.keys("\x1b:help\n");
    assert!(play.screen().contains("Keys (type"));
    play.keys("\x1b:q\n");
    assert!(play.app.is_over());
}

#[test]
fn an_export_has_a_known_ending_and_a_new_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.writes = true;
    play.keys("x]");
    assert_eq!(
        play.app.ui.prompt.as_ref().map(crate::prompt::Prompt::text),
        Some("]"),
        "the proposal is replaced"
    );
    play.keys("\n");
    assert!(play.screen().contains("must end in one of"), "{}", play.screen());
    let path = folder.path().join("events.md");
    play.keys(&format!("\x1b:w {}\n", path.display()));
    assert!(note(&play).ends_with(&format!("written to {}", path.display())), "{}", note(&play));
    assert!(path.exists() && play.app.model.writing.is_none());
}

#[test]
fn a_bookmark_with_a_note_is_not_deleted_at_once() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.keys("amine\nm");
    assert!(play.screen().contains("delete the bookmark and its note? y or n"));
    play.keys("\n");
    assert_eq!(play.app.model.bookmarks.len(), 1);
    play.keys("my\n");
    assert!(play.app.model.bookmarks.is_empty());
}

#[test]
fn esc_closes_what_a_key_has_opened() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    assert_eq!(note(&play), "1 finding: press 2");
    let before = play.app.ui.open.clone();
    play.keys("T\x1b");
    assert_eq!(play.app.ui.open, before);
}

/// The table of keys in docs/browse.md.
fn table(play: &Play) -> String {
    let mut text = String::from("| where | keys | action |\n|---|---|---|\n");
    let mut add = |place: &str, bindings: &[Binding]| {
        for binding in bindings {
            let keys: Vec<String> =
                binding.all_names().map(|name| format!("`{}`", name.replace('|', "\\|"))).collect();
            let _ = writeln!(text, "| {place} | {} | {} |", keys.join(" "), binding.description);
        }
    };
    add("everywhere", &play.app.ui.everywhere);
    add("lists", MOVES);
    for pane in &play.app.panes {
        if !matches!(pane.region(), Region::Above(_)) {
            add(pane.id().0, pane.bindings());
        }
    }
    text
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is no log")]
fn the_documentation_has_the_table_of_keys() {
    let play = Play::of(CASE, (140, 40), FINE);
    let (table, file) = (table(&play), "docs/browse.md");
    let text = std::fs::read_to_string(file).expect("the page");
    let (begin, end) = ("<!-- keys -->\n", "<!-- end of keys -->");
    let (before, rest) = text.split_once(begin).expect("the mark before the table");
    let (known, after) = rest.split_once(end).expect("the mark after the table");
    if known.trim() != table.trim() && std::env::var_os("SPOGLIGHT_WRITE_KEYS").is_some() {
        std::fs::write(file, format!("{before}{begin}\n{table}\n{end}{after}")).expect("it can be written");
        return;
    }
    assert_eq!(known.trim(), table.trim(), "run this test with SPOGLIGHT_WRITE_KEYS=1 to write the table");
}

#[test]
fn help_shows_the_keys_that_a_text_finds() {
    let mut play = Play::of(CASE, (100, 30), FINE);
    play.keys("?");
    let all = play.screen();
    assert!(all.contains("Keys (type to search)") && all.contains("filter"), "{all}");
    play.keys("Bookmar");
    let found = play.screen();
    assert!(found.contains("Keys: \"Bookmar\", ") && found.contains(" matches"), "{found}");
    let rows: Vec<&str> = found.lines().filter(|line| line.contains("bookmark")).collect();
    assert!(rows.len() > 2 && !found.contains("page down"), "{found}");
    // what is typed does not act, and what nothing has shows no key
    play.keys("qqqq");
    assert!(play.screen().contains("0 matches"), "{}", play.screen());
    play.keys("\x1b");
    assert!(!play.screen().contains("Keys"), "{}", play.screen());
    assert!(!play.app.is_over());
    play.keys("?q");
    assert!(!play.screen().contains("Keys") && !play.app.is_over());
}

#[test]
fn the_list_of_findings_has_times_and_servers_on_the_shown_clock() {
    let row = |screen: &str| {
        let row = screen.lines().find(|line| line.contains(" 1 CRITICAL"));
        row.unwrap_or_else(|| panic!("no finding 1 in\n{screen}")).to_owned()
    };
    for (size, has_times) in [((120, 40), true), ((200, 50), true), ((50, 15), false)] {
        let mut play = Play::of(CASE, size, FINE);
        play.keys("2");
        let utc = row(&play.screen());
        play.keys("c");
        let local = row(&play.screen());
        assert_eq!(utc.contains(':'), has_times, "{utc}");
        assert_eq!(utc == local, !has_times, "{utc}\n{local}");
        if has_times {
            assert!(play.screen().contains("times: clock of each source"), "{}", play.screen());
        }
    }
}

#[test]
fn every_change_is_undone_and_redone() {
    let changes: [(&str, &str); 9] = [
        ("flevel>=error\n", "filters"),
        ("+", "filters"),
        ("m", "bookmarks"),
        ("aa note\n", "bookmarks"),
        ("ma another\n", "bookmarks"),
        ("l", "filters"),
        ("z", "filters"),
        ("Tx\x1b", "filters"),
        ("R", "filters"),
    ];
    let state = |play: &Play| {
        let model = &play.app.model;
        let filters: Vec<_> = model.filters.filters.iter().map(|filter| filter.saved().clone()).collect();
        (filters, model.filters.hidden.clone(), model.bookmarks.clone(), model.range().len())
    };
    let mut play = Play::of(CASE, (120, 40), FINE);
    let first = state(&play);
    let mut states = vec![first.clone()];
    for (keys, _) in changes {
        play.keys("\x1bgjjj");
        play.keys(keys);
        // what came of the keys is one change or more
        if states.last() != Some(&state(&play)) {
            states.push(state(&play));
        }
    }
    assert!(states.len() >= 7, "{states:#?}");
    let last = state(&play);
    let mut steps = 0;
    while note(&play) != "nothing to undo" {
        assert!(steps < 50, "{}", note(&play));
        play.keys("u");
        steps += 1;
    }
    assert_eq!(state(&play), first);
    for _ in 0..steps {
        play.keys("U");
    }
    assert_eq!(state(&play), last);
    assert_eq!(note(&play), "nothing to redo");
    // a change after a step back is where forward ends
    play.keys("u");
    play.keys("flevel>=fatal\n");
    play.keys("U");
    assert_eq!(note(&play), "nothing to redo");
}

#[test]
fn a_deleted_note_comes_back_after_files_were_read_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, first: u32, lines: u32| {
        let mut text = String::new();
        for line in first..first + lines {
            let _ = writeln!(
                text,
                "2026-11-21 10:{:02}:{:02}.000 GMT+0000 <@> INFO <@> [1:a] <@> A <@> b() <@> {name} {line} <@> ",
                line / 60,
                line % 60
            );
        }
        std::fs::write(folder.path().join(format!("eg_log_S_{name}-process.log")), text).expect("a file");
    };
    write("m", 0, 40);
    let path = folder.path().display().to_string();
    let mut play = Play::of(&path, (100, 30), FINE);
    play.app.model.options.follow = true;
    play.keys("gjjjma");
    play.keys("mine\n");
    play.keys("my\n"); // deletes it
    assert!(play.app.model.bookmarks.is_empty(), "{:?}", play.app.model.bookmarks);
    write("a", 0, 30);
    play.read_again(&path);
    play.keys("u");
    let model = &play.app.model;
    let notes: Vec<_> =
        model.bookmarks.iter().map(|(event, note)| (model.data.line(*event).text.clone(), note)).collect();
    assert_eq!(notes.len(), 1, "{notes:?} {}", note(&play));
    assert!(notes[0].0.contains("m 3") && notes[0].1 == "mine", "{notes:?}");
}

#[test]
fn the_rotated_files_of_a_log_are_one_row_that_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ECEAPP01/eService/logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    for number in 0..3 {
        let line = format!(
            "2026-11-21 1{}:00:00.000 GMT+0000 <@> INFO <@> [1:a] <@> A <@> b() <@> event of file {number} <@> \n",
            3 - number
        );
        let ending = if number == 0 { String::new() } else { format!(".{number}") };
        let name = format!("eg_log_ECEAPP01_rx-process.log{ending}");
        std::fs::write(logs.join(name), line.repeat(number + 1)).expect("a file");
    }
    let mut play = Play::of(&folder.path().display().to_string(), (120, 30), FINE);
    play.keys("Tj");
    let closed = play.screen();
    assert!(closed.contains("▸ rx-process (3 files)"), "{closed}");
    assert!(!closed.contains("rx-process.log.1"), "{closed}");
    play.press(KeyCode::Right);
    let open = play.screen();
    for name in ["▾ rx-process", "rx-process.log.1", "rx-process.log.2"] {
        assert!(open.contains(name), "{name} is not in\n{open}");
    }
    // only one of its files is hidden
    play.keys("jjx");
    assert_eq!(play.app.model.filters.hidden_count(), 1);
    // from a file back to its log, which is hidden as a whole
    play.press(KeyCode::Left);
    assert!(play.screen().contains("▸ rx-process"), "{}", play.screen());
    play.keys("x");
    assert_eq!(play.app.model.filters.hidden_count(), 3);
    play.keys("x");
    assert_eq!(play.app.model.filters.hidden_count(), 0);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is no log")]
fn a_range_is_exported_with_the_findings_that_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut play = Play::of(CASE, (120, 40), FINE);
    play.writes = true;
    // three events, the second of which shows the finding
    play.keys("]k");
    play.keys("Vjj");
    let screen = play.screen();
    assert!(screen.contains("range of 3 events"), "{screen}");
    let export = |play: &mut Play, name: &str| {
        let path = folder.path().join(name);
        play.keys("x");
        play.keys(&path.display().to_string());
        play.keys("\n");
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{error}: {}", note(play)))
    };
    let text = export(&mut play, "range.md");
    assert!(text.contains("\n3 events, times in UTC"), "{text}");
    let (findings, events) = text.split_once("\n## Events\n").expect("both parts");
    assert!(findings.contains("does not trust the server certificate"), "{text}");
    assert_eq!(events.matches("\n**").count(), 3, "{text}");
    // without the event there is no finding, and other forms have events only
    let lines = export(&mut play, "range.json");
    assert_eq!(lines.lines().count(), 3, "{lines}");
    play.keys("\x1b");
    assert!(!play.screen().contains("range of"), "{}", play.screen());
    play.keys("gV");
    let text = export(&mut play, "first.md");
    assert!(text.contains("\n1 event, ") && !text.contains("## Events"), "{text}");
}
