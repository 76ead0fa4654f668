use clap::Command;

use super::{command, output};

/// Runs `check` on every command and its subcommands.
fn each(command: &mut Command, check: &mut dyn FnMut(&mut Command)) {
    check(command);
    for subcommand in command.get_subcommands_mut() {
        each(subcommand, check);
    }
}

fn built() -> Command {
    let mut command = command();
    command.build();
    command
}

#[test]
fn the_command_line_is_consistent() {
    command().debug_assert();
}

#[test]
fn every_description_is_short_imperative_text_and_every_option_has_a_heading() {
    each(&mut built(), &mut |command| {
        let about = command.get_about().map(ToString::to_string).unwrap_or_default();
        let name = command.get_name().to_owned();
        assert!(!about.is_empty() && about.len() <= 75, "{name}: {about}");
        let verb = about.split(' ').next().unwrap_or_default();
        assert!(!verb.ends_with('s'), "{name}: {about:?} is not an imperative");
        for option in command.get_opts().filter(|_| !command.has_subcommands()) {
            assert!(option.get_help_heading().is_some(), "{name}: {option}");
        }
    });
}

#[test]
fn examples_are_not_wrapped_at_any_width() {
    each(&mut built(), &mut |command| {
        let Some(examples) = command.get_after_long_help().map(ToString::to_string) else { return };
        assert!(!examples.contains(' '), "{}", command.get_name());
        for width in [60, 80, 120] {
            let page = command.clone().term_width(width).render_long_help().to_string();
            assert!(page.contains(&examples), "{} at {width}:\n{page}", command.get_name());
        }
        for line in examples.lines() {
            assert!(line.chars().count() <= 78, "{}: {line}", command.get_name());
        }
        assert_ne!(output::unbreakable("a b"), "a b");
    });
}

#[test]
fn limits_of_archives_are_in_one_section_of_the_long_help_only() {
    each(&mut built(), &mut |command| {
        let short = command.render_help().to_string();
        assert!(!short.contains("--max-entries"), "{short}");
        assert!(short.lines().count() < 50, "{short}");
        let long = command.render_long_help().to_string();
        let limits = long.split("Archive limits:").nth(1).unwrap_or_default();
        let options = |text: &str| text.matches("\n      --max-").count();
        let others = ["--max-cpu <", "--max-rows <", "--max-size <"];
        let elsewhere: usize = others.iter().map(|option| long.matches(option).count()).sum();
        assert_eq!(options(&long), options(limits) + elsewhere, "{long}");
    });
}

#[test]
fn sections_of_help_have_one_order() {
    let order = [super::INPUT, super::TIME, super::FILTER, super::OUTPUT, super::ARCHIVES, super::GENERAL];
    each(&mut built(), &mut |command| {
        let headings = command.get_opts().filter_map(|option| option.get_help_heading());
        let mut places: Vec<usize> = Vec::new();
        for heading in headings {
            let place = order.iter().position(|known| *known == heading).expect("a known heading");
            if !places.contains(&place) {
                places.push(place);
            }
        }
        assert!(places.is_sorted(), "{}: {places:?}", command.get_name());
    });
}
