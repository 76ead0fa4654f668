//! The browser without a terminal: how soon it opens, how soon a key is answered, how fast a filter is. Run with a case:
//! `cargo bench --bench browse -- PATH...`; without one it looks into the samples, which says little.
//!
//! Prints one figure a line. Nothing is asserted: a machine that is busy is slow.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it is what a bench is for, and what it reads is no log"
)]

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use spoglight_browse::survey::{SurveyUpdate, survey};
use spoglight_browse::view::View;
use spoglight_engine::Settings;
use spoglight_tui::{BrowserOptions, Headless, Theme};

/// News of reading, with all events if there are more of them.
type News<'s> = (SurveyUpdate<'s>, Option<View>);

fn main() {
    let given: Vec<PathBuf> =
        std::env::args().skip(1).filter(|one| !one.starts_with("--")).map(PathBuf::from).collect();
    let paths = if given.is_empty() { vec!["samples/cases/untrusted-certificate".into()] } else { given };
    let settings = Settings::default();
    let (sender, receiver) = channel();
    std::thread::scope(|scope| {
        let start = Instant::now();
        let (paths, settings, survey_sender) = (&paths, &settings, sender.clone());
        scope.spawn(move || {
            survey(paths, settings, &(), None, &|news| {
                let view = match &news {
                    SurveyUpdate::More(index, _) | SurveyUpdate::All(index, ..) => Some(View::all(index)),
                    _ => None,
                };
                survey_sender.send((news, view)).is_ok()
            });
        });
        let options = BrowserOptions::new("bench", Theme { colour: true, ..Theme::default() });
        let mut bench = Bench { browser: Headless::new(options, 200, 50) };
        bench.browser.draw();
        println!("{:<42} {:>9.1} ms", "first frame", ms(start.elapsed()));
        bench.open(&receiver, start);
        bench.keys();
        bench.filters();
    });
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

struct Bench<'s> {
    browser: Headless<'s>,
}

impl<'s> Bench<'s> {
    fn open(&mut self, receiver: &Receiver<News<'s>>, start: Instant) {
        let mut is_shown = false;
        for (news, view) in receiver {
            let (is_all, is_last) = match &news {
                SurveyUpdate::All(index, ..) => {
                    let (count, size) = (index.len(), index.size());
                    println!("{:<42} {:>9.1} ms", "all events in order", ms(start.elapsed()));
                    println!("{:<42} {count:>9}", "events");
                    println!(
                        "{:<42} {:>9.1} bytes",
                        "index, for each event",
                        size as f64 / count.max(1) as f64
                    );
                    (true, false)
                }
                SurveyUpdate::Diagnosed(_) => (true, true),
                SurveyUpdate::More(..) => (true, false),
                _ => (false, false),
            };
            self.browser.survey(news, view);
            if is_all && !is_shown {
                is_shown = true;
                println!("{:<42} {:>9.1} ms", "first events on the screen", ms(start.elapsed()));
            }
            if is_last {
                println!("{:<42} {:>9.1} ms", "findings", ms(start.elapsed()));
                break;
            }
        }
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        for line in status.lines().filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS")) {
            println!("{line}");
        }
    }

    fn key(&mut self, key: char) -> Duration {
        let start = Instant::now();
        self.browser.press(key);
        start.elapsed()
    }

    /// Every key, many times, from places all over.
    fn keys(&mut self) {
        for (name, keys, times) in [
            ("next", "j", 2000),
            ("page on", " ", 500),
            ("page back", "b", 500),
            ("first and last", "Gg", 20),
            ("next error", "e", 300),
            ("previous error", "E", 300),
            ("next line of a finding", "]", 300),
            ("clock", "c", 30),
            ("zoom in and out", "zzzzZZZZ", 10),
            ("findings and back", "2j1", 30),
        ] {
            let mut all: Vec<f64> = Vec::new();
            for _ in 0..times {
                all.extend(keys.chars().map(|key| ms(self.key(key))));
            }
            all.sort_by(f64::total_cmp);
            let at = |part: f64| {
                all.get((all.len() as f64 * part) as usize).or(all.last()).copied().unwrap_or(0.0)
            };
            println!(
                "{name:<42} median {:>7.2} ms, 99 of 100 {:>7.2} ms, longest {:>7.2} ms",
                at(0.5),
                at(0.99),
                at(1.0)
            );
        }
    }

    fn filters(&mut self) {
        for text in [
            "level>=warn",
            "timeout",
            "nothing-of-the-kind",
            "not refused",
            "class:*.SSL*",
            "/time(d)? ?out/i",
            "finding:tls-*",
        ] {
            self.key('R');
            self.key('g');
            self.browser.run_filters(&mut |_, _| {});
            self.key('f');
            let start = Instant::now();
            self.browser.paste(text);
            let (mut first, mut last, mut bytes, mut count) = (None, Duration::ZERO, 0, 0);
            self.browser.run_filters(&mut |shown, total| {
                if shown > 0 {
                    first.get_or_insert(start.elapsed());
                }
                (last, bytes, count) = (start.elapsed(), total, shown);
            });
            let speed = bytes as f64 / 1e6 / last.as_secs_f64().max(1e-9);
            let first = first.map_or_else(|| "-".to_owned(), |first| format!("{:.1} ms", ms(first)));
            println!(
                "filter {text:<35} first {first:>9}, all {:>8.1} ms, {count} events, {speed:.0} MB/s",
                ms(last)
            );
            self.key('\x1b');
        }
    }
}
