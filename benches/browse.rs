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

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use spoglight_browse::survey::{News, survey};
use spoglight_browse::view::View;
use spoglight_engine::Settings;
use spoglight_report::events::ShownZone;
use spoglight_tui::work;
use spoglight_tui::work::{Ask, Told};
use spoglight_tui::{App, Options, Theme};

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
                    News::More(index, _) | News::All(index, ..) => Some(View::all(index)),
                    _ => None,
                };
                survey_sender.send(Told::Survey(news, view)).is_ok()
            });
        });
        let mut bench = Bench {
            app: App::new(Options {
                theme: Theme { colour: true, ascii: false },
                title: "bench".to_owned(),
                zone: ShownZone::Of(chrono_tz::Tz::UTC),
                mine: None,
                filter: None,
                incident: None,
                store: None,
                follow: false,
            }),
            terminal: Terminal::new(TestBackend::new(200, 50)).expect("memory"),
        };
        bench.draw();
        println!("{:<42} {:>9.1} ms", "first picture", ms(start.elapsed()));
        bench.open(&receiver, start);
        bench.keys();
        bench.filters(&receiver);
    });
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

struct Bench<'s> {
    app: App<'s>,
    terminal: Terminal<TestBackend>,
}

impl<'s> Bench<'s> {
    fn draw(&mut self) {
        self.terminal.draw(|frame| self.app.draw(frame)).expect("memory");
    }

    fn open(&mut self, receiver: &Receiver<Told<'s>>, start: Instant) {
        let mut is_shown = false;
        for told in receiver {
            let (is_all, is_last) = match &told {
                Told::Survey(News::All(index, ..), _) => {
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
                Told::Survey(News::Diagnosed(_), _) => (true, true),
                Told::Survey(News::More(..), _) => (true, false),
                _ => (false, false),
            };
            self.app.take(told);
            self.draw();
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

    fn key(&mut self, code: KeyCode) -> Duration {
        let start = Instant::now();
        self.app.take(Told::Input(Event::Key(KeyEvent::new(code, KeyModifiers::NONE))));
        self.draw();
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
                all.extend(keys.chars().map(|key| ms(self.key(KeyCode::Char(key)))));
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

    fn filters(&mut self, receiver: &Receiver<Told<'s>>) {
        let _ = receiver;
        for text in [
            "level>=warn",
            "timeout",
            "nothing-of-the-kind",
            "not refused",
            "class:*.SSL*",
            "/time(d)? ?out/i",
            "finding:tls-*",
        ] {
            self.key(KeyCode::Char('R'));
            self.key(KeyCode::Home);
            self.app.asks();
            self.key(KeyCode::Char('f'));
            let input = Event::Paste(text.to_owned());
            let start = Instant::now();
            self.app.take(Told::Input(input));
            let (mut first, mut last, mut bytes, mut count) = (None, Duration::ZERO, 0, 0);
            for ask in self.app.asks() {
                if let Ask::Sift(job) = ask {
                    work::sift(&job, &|| false, &mut |sifted| {
                        if !sifted.view.is_empty() {
                            first.get_or_insert(start.elapsed());
                        }
                        (last, bytes, count) = (start.elapsed(), sifted.done.1, sifted.view.len());
                    });
                }
            }
            let speed = bytes as f64 / 1e6 / last.as_secs_f64().max(1e-9);
            let first = first.map_or_else(|| "-".to_owned(), |first| format!("{:.1} ms", ms(first)));
            println!(
                "filter {text:<35} first {first:>9}, all {:>8.1} ms, {count} events, {speed:.0} MB/s",
                ms(last)
            );
            self.key(KeyCode::Esc);
        }
    }
}
