//! Sessions of keys, and what holds whatever is pressed.

use proptest::prelude::*;
use ratatui::crossterm::event::{Event, KeyCode, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use super::{FINE, Play};
use crate::filters::Filter;
use crate::list::Cursor;
use crate::message::Message;
use crate::model::Groups;
use crate::panes::chart;
use crate::prompt::{ExportScope, Prompt, PromptKind};
use spoglight_browse::event_id::EventId;
use spoglight_browse::session::Store;

const CASE: &str = "samples/cases/untrusted-certificate";

/// The line of the list that the keys are about.
fn here(play: &Play) -> String {
    let current = current(play);
    current.map_or_else(|| "-".to_owned(), |event| play.app.model.data.line(event).text.clone())
}

fn current(play: &Play) -> Option<EventId> {
    play.app.model.event_at(cursor(play).at)
}

fn cursor(play: &Play) -> Cursor {
    play.app.ui.selection.cursor
}

fn shown(play: &Play) -> usize {
    play.app.model.range().len()
}

#[test]
fn from_a_finding_to_its_line_and_what_stands_around_it() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.keys("2\n");
    let line = here(&play);
    assert!(line.contains("PKIX path building failed"), "{line}");
    // on in the thread that says so, and back
    let at = cursor(&play).at;
    play.keys("o");
    assert!(cursor(&play).at != at || play.app.ui.note.is_some(), "it has moved, or the note says why not");
    play.keys("2\n");
    assert_eq!(cursor(&play).at, at);
    // only this source, then away again
    let all = shown(&play);
    play.keys("=s");
    let of_source = shown(&play);
    assert!(0 < of_source && of_source < all, "{of_source} of {all}");
    assert_eq!(here(&play), line, "the cursor stays on its event");
    play.keys("\x08");
    assert_eq!(shown(&play), all);
    assert_eq!(here(&play), line);
    // not this source: the cursor goes to the next that is shown
    let source = |play: &Play| current(play).map(|number| play.app.model.data.index.source(number));
    let before = source(&play);
    play.keys("!s");
    assert_eq!(shown(&play), all - of_source);
    assert_ne!(source(&play), before);
    play.keys("R");
    assert_eq!(shown(&play), all);
}

#[test]
fn a_filter_is_asked_while_it_is_typed() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    let all = shown(&play);
    play.keys("flevel>=warn");
    let warned = shown(&play);
    assert!(0 < warned && warned < all);
    assert!(play.app.model.filters.filters.is_empty(), "it is no chip before it is taken");
    play.keys(" (");
    assert!(play.screen().contains("filter: level>=warn ("));
    assert_eq!(shown(&play), warned, "what is wrong yet leaves the last right one");
    play.keys("\x1b");
    assert_eq!(shown(&play), all, "who leaves has changed nothing");
    play.keys("flevel>=warn\n");
    assert_eq!((shown(&play), play.app.model.filters.filters.len()), (warned, 1));
    play.keys("flevl>=warn\n");
    assert!(play.app.ui.prompt.is_some(), "what is wrong is not taken");
    assert!(play.screen().contains("level"), "and is said");
}

#[test]
fn search_goes_round() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.keys("/pkix path\n");
    let first = (cursor(&play).at, here(&play));
    assert!(first.1.to_lowercase().contains("pkix path"), "{}", first.1);
    let mut seen = vec![first.0];
    loop {
        play.keys("n");
        if cursor(&play).at <= *seen.last().expect("one") {
            break;
        }
        assert!(here(&play).to_lowercase().contains("pkix path"));
        seen.push(cursor(&play).at);
    }
    assert_eq!(cursor(&play).at, first.0, "behind the last comes the first");
    assert!(play.app.ui.note.as_ref().is_some_and(|note| note.contains("no more")));
    play.keys("N");
    assert_eq!(Some(&cursor(&play).at), seen.last());
    play.keys("/no such thing\n");
    assert!(play.app.ui.note.as_ref().is_some_and(|note| note.contains("not found in the shown events")));
    play.keys("\x1b");
    assert!(play.app.model.search.is_none());
}

#[test]
fn time_is_narrowed_by_keys_and_by_the_mouse() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    let all = shown(&play);
    play.keys("t17:20\n");
    assert!(
        play.app
            .model
            .data
            .time(current(&play).expect("one"), play.app.model.zone)
            .starts_with("2026-11-21 17:20:")
    );
    play.keys("z");
    let zoomed = shown(&play);
    assert!(0 < zoomed && zoomed < all / 2, "{zoomed} of {all}");
    play.keys("ZZ");
    assert_eq!(shown(&play), all);
    let chart = play.app.ui.area(chart::ID);
    let mouse = |kind, column| {
        Message::Input(Event::Mouse(MouseEvent {
            kind,
            column,
            row: chart.y + 1,
            modifiers: KeyModifiers::NONE,
        }))
    };
    play.take(mouse(MouseEventKind::Down(MouseButton::Left), chart.x + 20));
    play.take(mouse(MouseEventKind::Drag(MouseButton::Left), chart.x + 40));
    play.take(mouse(MouseEventKind::Up(MouseButton::Left), chart.x + 40));
    let dragged = shown(&play);
    assert!(0 < dragged && dragged < all / 3, "{dragged} of {all}");
    play.keys("R");
    play.take(mouse(MouseEventKind::Down(MouseButton::Left), chart.right() - 1));
    play.take(mouse(MouseEventKind::Up(MouseButton::Left), chart.right() - 1));
    assert!(cursor(&play).at > all * 9 / 10, "a click goes there");
}

#[test]
fn equal_messages_become_a_filter() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    let all = shown(&play);
    play.keys("3");
    let Groups::Counted(groups) = &play.app.model.groups else { panic!("not counted") };
    let groups = groups.clone();
    assert_eq!(groups.groups.iter().map(|group| group.count).sum::<u64>() + groups.others, all as u64);
    // what was counted is what the filter lets through, also where columns are named in the block itself
    for group in groups.groups.iter().take(30) {
        let shape = String::from_utf8(group.shape.clone()).expect("text");
        play.app.model.filters.filters = vec![Filter::template(shape, false)];
        play.app.context().refilter();
        play.keys("1");
        assert_eq!(shown(&play) as u64, group.count, "{}", group.example);
    }
    play.keys("R3");
    let count = groups.groups.first().expect("one").count as usize;
    play.keys("\n");
    assert_eq!(shown(&play), count);
    play.keys("R3!");
    play.keys("1");
    assert_eq!(shown(&play), all - count);
}

#[test]
fn sources_are_turned_off_and_on() {
    let mut play = Play::of(CASE, (140, 40), FINE);
    let all = shown(&play);
    play.keys("T\n");
    let without = shown(&play);
    assert!(without < all);
    assert!(play.screen().contains("sources hidden"), "{}", play.screen());
    play.keys("\n");
    assert!(!play.screen().contains("sources hidden"));
    assert_eq!(shown(&play), all);
    play.keys("o");
    assert_eq!(shown(&play), all - without, "only this is what was off before");
    play.keys("o");
    assert_eq!(shown(&play), all);
}

#[test]
fn files_that_grow_move_nothing_but_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let logs = folder.path().join("ECEAPP01/eService/logs");
    std::fs::create_dir_all(&logs).expect("a folder");
    let write = |name: &str, from: u32, to: u32| {
        let line = |at| {
            format!(
                "2026-11-21 12:00:{at:02}.000 GMT+0000 <@> INFO <@> [3:worker] <@> ProcessId:1 <@> PID:1 <@> UID:12 <@> HttpSessionId:  \
                 <@> com.egain.X <@> run() <@> {name} {at} <@> \n"
            )
        };
        let lines: Vec<String> = (from..to).map(line).collect();
        std::fs::write(logs.join(format!("eg_log_ECEAPP01_{name}-process.log")), lines.concat())
            .expect("a file");
    };
    write("m", 0, 40);
    let path = folder.path().display().to_string();
    let mut play = Play::of(&path, (100, 30), FINE);
    play.app.model.options.follow = true;
    play.keys("jjjma");
    play.keys("mine\nT\n\n\x1b");
    let line = here(&play);
    assert_eq!(line, "m 3");
    // a source that stands before it comes, so every number is another
    write("a", 10, 20);
    write("m", 0, 45);
    play.read_again(&path);
    assert_eq!((here(&play), shown(&play)), (line, 55), "the cursor stays on its event");
    play.keys("'");
    play.keys("4");
    assert!(play.screen().contains("mine  m 3"), "{}", play.screen());
    play.keys("1G");
    assert_eq!(here(&play), "m 44");
    write("m", 0, 50);
    play.read_again(&path);
    assert_eq!(here(&play), "m 49", "at the end it stays at the end");
    play.keys("k");
    write("m", 0, 55);
    play.read_again(&path);
    assert_eq!(here(&play), "m 48");
    // with a filter, too
    play.keys("fsource:a-process\ngj");
    let line = here(&play);
    write("a", 10, 25);
    play.read_again(&path);
    assert_eq!((here(&play), shown(&play)), (line.clone(), 15));
    // while a note is written
    play.keys("aand th");
    write("0", 0, 5);
    play.read_again(&path);
    play.keys("is\n4");
    let screen = play.screen();
    assert!(screen.contains("mine  m 3") && screen.contains(&format!("and this  {line}")), "{screen}");
}

#[test]
fn a_pasted_megabyte_is_one_short_line() {
    let mut play = Play::of(CASE, (80, 24), FINE);
    play.take(Message::Input(Event::Paste("x".repeat(1 << 20))));
    play.keys("/");
    play.take(Message::Input(Event::Paste(format!("{}\nsecond", "é".repeat(1 << 20)))));
    assert!(play.app.ui.prompt.as_ref().is_some_and(|prompt| prompt.input.value().len() <= 4096));
    play.keys("\n");
    assert!(play.app.ui.note.is_some());
}

#[test]
fn what_was_left_is_there_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = || Some(Store::new(folder.path().to_owned()));
    let mut play = Play::with(CASE, (140, 40), FINE, store());
    play.keys("eaits first\nflevel>=warn\n");
    play.keys("jjjc");
    let (line, count, zone) = (here(&play), shown(&play), play.app.model.zone);
    assert!(play.app.save_session().is_none());
    let mut again = Play::with(CASE, (140, 40), FINE, store());
    assert!(
        again
            .app
            .ui
            .note
            .as_ref()
            .is_some_and(|note| note.starts_with("Session restored: 1 filter, 1 bookmark"))
    );
    assert_eq!((here(&again), shown(&again), again.app.model.zone), (line, count, zone));
    assert_eq!(again.app.model.bookmarks.values().collect::<Vec<_>>(), ["its first"]);
    again.keys("4");
    assert!(again.screen().contains("its first"));
    // who comes with a filter has that one, and the bookmarks all the same
    let mut with = Play::given(CASE, (140, 40), FINE, store(), Some("level>=fatal"));
    assert_eq!((with.app.model.filters.filters.len(), with.app.model.bookmarks.len()), (1, 1));
    with.keys("R");
    assert!(with.app.save_session().is_none());
    let again = Play::with(CASE, (140, 40), FINE, store());
    assert_eq!((again.app.model.filters.filters.len(), again.app.model.bookmarks.len()), (0, 1));
    // another collection is another
    let other = Play::with("samples/cases/set-up-well", (140, 40), FINE, store());
    assert!(other.app.model.filters.filters.is_empty() && other.app.model.bookmarks.is_empty());
}

#[test]
fn a_saved_filter_that_is_not_valid_any_more_is_reported() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = || Some(Store::new(folder.path().to_owned()));
    let mut play = Play::with(CASE, (140, 40), FINE, store());
    play.keys("flevel>=warn\nfpkix\n");
    assert!(play.app.save_session().is_none());
    let saved = std::fs::read_dir(folder.path()).expect("a listing").next().expect("a session");
    let saved = saved.expect("a session").path();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut open(&saved), &mut text).expect("it was written");
    std::fs::write(&saved, text.replace("level>=warn", "level>=")).expect("it can be written");
    let again = Play::with(CASE, (140, 40), FINE, store());
    let note = again.app.ui.note.clone().expect("a note");
    assert!(note.starts_with("saved filter not valid: `level>=` ("), "{note}");
    assert!(note.ends_with("Session restored: 1 filter (R clears filters); 1 finding: press 2"), "{note}");
    assert_eq!(again.app.model.filters.filters.len(), 1);
}

#[expect(clippy::disallowed_methods, reason = "it is no log")]
fn open(path: &std::path::Path) -> std::fs::File {
    std::fs::File::open(path).expect("it was written")
}

pub(super) fn json(path: &std::path::Path) -> serde_json::Value {
    serde_json::from_reader(open(path)).expect("json")
}

#[test]
fn events_go_to_files_in_three_forms() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut play = Play::of(CASE, (140, 40), FINE);
    play.writes = true;
    play.keys("fpkix\n]aits first\n");
    let export = |play: &mut Play, name: &str| {
        let path = folder.path().join(name);
        play.keys("x");
        play.app.ui.prompt =
            Some(Prompt::new(PromptKind::Export(ExportScope::Shown), &path.display().to_string()));
        play.keys("\n");
        assert!(
            play.app.ui.note.as_ref().is_some_and(|note| note.contains(" written to ")),
            "{:?}",
            play.app.ui.note
        );
        let mut text = String::new();
        std::io::Read::read_to_string(&mut open(&path), &mut text).expect("it was written");
        text
    };
    let json = export(&mut play, "a.json");
    let all: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(all.len(), shown(&play));
    assert_eq!(all.iter().filter(|one| one["note"] == "its first").count(), 1);
    let text = export(&mut play, "a.txt");
    assert!(text.contains("PKIX path building failed") && text.contains("    note: its first"));
    let case = export(&mut play, "a.md");
    let end = case.match_indices("\n**").nth(2).map_or(case.len(), |(at, _)| at);
    insta::assert_snapshot!("case_note", case[..end].lines().take(24).collect::<Vec<_>>().join("\n"));
    play.keys("x");
    play.keys("\x1b");
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 3, "nothing is left beside");
}

fn any_key() -> impl Strategy<Value = KeyCode> {
    prop_oneof![
        8 => prop::sample::select("jkgG beE[]sSoOiItnNf=!lhRzZmauUyxdvwTc?1234/qpP(){}<>r:0579".chars().filter(|key| *key != 'q').collect::<Vec<_>>()).prop_map(KeyCode::Char),
        2 => prop::sample::select(vec![
            KeyCode::Enter, KeyCode::Esc, KeyCode::Tab, KeyCode::BackTab, KeyCode::Backspace, KeyCode::Up, KeyCode::Down,
            KeyCode::PageDown, KeyCode::PageUp, KeyCode::Left, KeyCode::Right, KeyCode::Delete,
        ]),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_pressed_the_cursor_is_on_an_event_that_is_shown(
        steps in prop::collection::vec((any_key(), prop::option::weighted(0.05, (0u16..230, 0u16..70)), 0u16..200, 0u16..60), 1..60),
    ) {
        let mut play = Play::of(CASE, (100, 30), FINE);
        for (key, size, column, row) in steps {
            play.press(key);
            if let Some((width, height)) = size {
                play.resize(width, height);
            }
            if column % 5 == 0 {
                for kind in [MouseEventKind::Down(MouseButton::Left), MouseEventKind::Up(MouseButton::Left), MouseEventKind::ScrollDown] {
                    play.take(Message::Input(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE })));
                }
            }
            let app = &play.app;
            let range = app.model.range();
            prop_assert!(range.is_empty() || range.contains(&cursor(&play).at));
            if let Some(number) = current(&play) {
                let source = app.model.data.index.source(number).index();
                prop_assert!(!app.model.filters.hidden[source], "its source is off");
                let sieve = app.model.filters.event_filter(app.ui.prompt.as_ref().and_then(Prompt::query));
                let passes = app.model.data.index.read(&app.model.data.facts, number, |entry| {
                    let shape = entry.template();
                    let looks = |one: &spoglight_browse::sift::TemplateFilter| (one.shape == shape) != one.is_out;
                    sieve.query.needs().findings || sieve.query.matches(entry) && sieve.shapes.iter().all(looks)
                });
                prop_assert!(passes.is_ok_and(|passes| passes), "a filter hides it");
                if let Some((from, to)) = app.model.filters.window() {
                    let utc = app.model.data.index.key(number).0;
                    prop_assert!((from..=to).contains(&utc), "outside of the window");
                }
            }
        }
    }
}
