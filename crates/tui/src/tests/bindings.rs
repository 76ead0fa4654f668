//! Bindings: every one is handled, hinted and explained, and no key has two meanings in one pane.

use super::{FINE, Play};
use crate::bars;
use crate::keys::{Binding, EVERYWHERE, MOVES, PaneId};
use crate::pane::{Outcome, Region};

const CASE: &str = "samples/cases/untrusted-certificate";

/// Opens what takes all keys, so that its bindings can be handled.
fn prepare(play: &mut Play, pane: PaneId) {
    let keys = match pane.0 {
        "menu" => "=",
        "prompt" => "f",
        "help" => "?",
        _ => "",
    };
    play.keys(keys);
}

fn panes(play: &Play) -> Vec<(PaneId, Region, &'static [Binding])> {
    play.app.panes.iter().map(|pane| (pane.id(), pane.region(), pane.bindings())).collect()
}

#[test]
fn every_action_of_a_binding_is_handled() {
    let mut play = Play::of(CASE, (120, 40), FINE);
    for (pane, region, own) in panes(&play) {
        let has_list = region.is_beside() || matches!(region, Region::Screen);
        let moves = if has_list { MOVES } else { &[] };
        for binding in own.iter().chain(moves) {
            (play.app.ui.prompt, play.app.ui.menu, play.app.ui.help) = (None, None, None);
            play.app.ui.go_home();
            play.keys("R]");
            prepare(&mut play, pane);
            let outcome = play.app.act(pane, binding.action);
            assert_ne!(outcome, Outcome::Ignored, "{pane:?}: {binding:?}");
        }
    }
    for binding in play.app.ui.everywhere.clone() {
        assert_ne!(play.app.act_everywhere(binding.action), Outcome::Ignored, "{binding:?}");
    }
}

#[test]
fn every_pane_has_its_own_name_and_every_opener_its_own_key() {
    let play = Play::of(CASE, (120, 40), FINE);
    let mut names: Vec<PaneId> = play.app.panes.iter().map(|pane| pane.id()).collect();
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
    no_key_twice(&play.app.ui.everywhere, "everywhere");
    assert_eq!(play.app.ui.everywhere.len() - EVERYWHERE.len(), 5, "panes that a key shows");
}

fn no_key_twice(bindings: &[Binding], name: &str) {
    let mut seen = Vec::new();
    for binding in bindings {
        assert!(!binding.keys.is_empty() && !binding.description.is_empty(), "{binding:?}");
        for key in binding.keys {
            assert!(!seen.contains(key), "{key:?} has two meanings in {name}");
            seen.push(*key);
        }
    }
}

#[test]
fn no_key_has_two_meanings_in_one_pane() {
    no_key_twice(MOVES, "lists");
    for (pane, _, own) in panes(&Play::of(CASE, (120, 40), FINE)) {
        no_key_twice(own, pane.0);
    }
}

#[test]
fn help_has_every_binding_and_the_last_line_every_hint() {
    let mut play = Play::of(CASE, (240, 80), FINE);
    let all: Vec<_> = panes(&play).into_iter().filter(|(_, region, _)| !region.is_modal()).collect();
    for (pane, region, own) in all.into_iter().filter(|(.., own)| !own.is_empty()) {
        if region.is_beside() {
            play.app.ui.go_home();
            play.app.ui.open.insert(pane);
            play.app.ui.focus = pane;
        } else {
            play.app.ui.screen = pane;
        }
        play.keys("c"); // any key draws
        let screen = play.screen();
        let last = screen.lines().last().expect("a line").to_owned();
        let hints = bars::hints(own, &play.app.ui.everywhere, &play.app.ui);
        assert!(hints.len() > 3, "{pane:?}");
        for hint in &hints {
            let text = format!("{} {}", bars::hint_key(hint), hint.hint.expect("only those with a hint"));
            assert!(last.contains(&text), "{pane:?}: {text} is not in {last}");
        }
        play.keys("?");
        let screen = play.screen();
        for binding in own.iter().chain(MOVES).chain(&play.app.ui.everywhere) {
            let row = format!(" {:<10} {}", binding.names(), binding.description);
            assert!(screen.contains(&row), "{pane:?}: {row:?} is not in\n{screen}");
        }
        play.keys("\x1b");
    }
}

#[test]
fn what_takes_all_keys_shows_its_own_hints_only() {
    for (keys, hints) in [
        ("=", "esc cancel"),
        ("f", "enter accept   esc cancel   tab complete   up earlier input"),
        ("?", "down scroll down   up scroll up   esc close"),
    ] {
        let mut play = Play::of(CASE, (120, 40), FINE);
        play.keys(keys);
        let screen = play.screen();
        assert_eq!(screen.lines().last(), Some(hints), "{keys}");
    }
}
