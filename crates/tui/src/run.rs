//! Runs an [`App`]: draws it, tells it what happens, and has done what it asks for, on threads that it does not wait for.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::crossterm::event::Event;
use spoglight_signatures::RuleError;

use super::app::App;
use super::work::{self, Ask, Slot, Told};
use spoglight_browse::survey::{News, Wait, survey};
use spoglight_browse::view::View;
use spoglight_engine::Progress;
use spoglight_engine::Settings;

/// The shortest time between two tellings of how far it is.
const TELL: Duration = Duration::from_millis(100);

/// How often it is looked whether the terminal is still there, while nobody presses a key.
const LOOK: Duration = Duration::from_millis(250);

/// The longest sleep of who waits for files to change.
const NAP: Duration = Duration::from_millis(100);

/// What only the caller can do.
pub trait Outside: Sync {
    /// What a person does from now on.
    fn events(&self) -> Receiver<Event>;

    /// Whether the terminal is gone, or the system wants it to end.
    fn is_gone(&self) -> bool;

    /// Puts text into the clipboard of the terminal.
    fn copy(&self, text: &str) -> io::Result<()>;
}

/// Reads what lies at `paths`, and lets a person walk through it, until that person has enough.
///
/// Fails if the terminal does; an answer is why nothing could be read.
pub fn run<'s, B: Backend<Error: Into<io::Error>>>(
    terminal: &mut Terminal<B>,
    app: &mut App<'s>,
    paths: &[PathBuf],
    settings: &'s Settings,
    outside: &dyn Outside,
) -> io::Result<Option<RuleError>> {
    let (sender, receiver) = channel::<Told<'s>>();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let threads =
            Threads { scope, sender: sender.clone(), slots: Mutex::default(), is_over: &is_over, outside };
        threads.listen();
        threads.survey(paths, settings, app.is_following());
        let outcome = turn(terminal, app, &receiver, &threads);
        is_over.store(true, Ordering::Relaxed);
        threads.cancel_all();
        outcome
    })?;
    Ok(app.failure())
}

fn turn<'scope, 's: 'scope, B: Backend<Error: Into<io::Error>>>(
    terminal: &mut Terminal<B>,
    app: &mut App<'s>,
    receiver: &Receiver<Told<'s>>,
    threads: &Threads<'scope, '_, 's>,
) -> io::Result<()> {
    terminal.draw(|frame| app.draw(frame)).map_err(Into::into)?;
    while let Ok(told) = receiver.recv() {
        app.take(told);
        // what came meanwhile is seen in the same picture: keys that are held down, a window that is pulled
        while let Ok(told) = receiver.try_recv() {
            app.take(told);
        }
        for ask in app.asks() {
            threads.do_it(ask);
        }
        if app.is_over() {
            return Ok(());
        }
        if !app.is_between() {
            terminal.draw(|frame| app.draw(frame)).map_err(Into::into)?;
        }
    }
    Ok(())
}

/// Work that goes on beside.
struct Threads<'scope, 'env, 's> {
    scope: &'scope Scope<'scope, 'env>,
    sender: Sender<Told<'s>>,
    /// What ends the work in each slot.
    slots: Mutex<[Option<Arc<AtomicBool>>; 3]>,
    is_over: &'scope AtomicBool,
    outside: &'scope dyn Outside,
}

impl<'s: 'scope, 'scope> Threads<'scope, '_, 's> {
    fn listen(&self) {
        let (sender, outside, is_over) = (self.sender.clone(), self.outside, self.is_over);
        let events = outside.events();
        self.scope.spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let told = match events.recv_timeout(LOOK) {
                    Ok(event) => Told::Input(event),
                    Err(RecvTimeoutError::Timeout) if !outside.is_gone() => continue,
                    Err(_) => Told::End,
                };
                if sender.send(told).is_err() {
                    return;
                }
            }
        });
    }

    fn survey(&self, paths: &[PathBuf], settings: &'s Settings, follow: bool) {
        let (sender, is_over, paths) = (self.sender.clone(), self.is_over, paths.to_vec());
        self.scope.spawn(move || {
            let told = Ticks::new(sender.clone());
            let is_wanted = || !is_over.load(Ordering::Relaxed);
            let wait = |pause: Duration| {
                let end = Instant::now() + pause;
                // in pieces: who leaves is not kept waiting
                while is_wanted() && Instant::now() < end {
                    std::thread::sleep(NAP.min(end.saturating_duration_since(Instant::now())));
                }
                is_wanted()
            };
            let follow: Option<Wait<'_>> = if follow { Some(&wait) } else { None };
            survey(&paths, settings, &told, follow, &|news| {
                let view = match &news {
                    News::More(index, _) | News::All(index, ..) => Some(View::all(index)),
                    _ => None,
                };
                sender.send(Told::Survey(news, view)).is_ok() && is_wanted()
            });
        });
    }

    /// A new work in a slot; the one before is not wanted any more.
    fn begin(&self, slot: Slot) -> Arc<AtomicBool> {
        let flag = Arc::new(AtomicBool::new(false));
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = slots.get_mut(slot as usize)
            && let Some(before) = known.replace(Arc::clone(&flag))
        {
            before.store(true, Ordering::Relaxed);
        }
        flag
    }

    fn cancel_all(&self) {
        for slot in [Slot::Sift, Slot::Seek, Slot::Group] {
            self.begin(slot).store(true, Ordering::Relaxed);
        }
    }

    fn do_it(&self, ask: Ask<'s>) {
        let sender = self.sender.clone();
        match ask {
            Ask::Sift(job) => {
                let flag = self.begin(Slot::Sift);
                self.scope.spawn(move || {
                    work::sift(&job, &|| flag.load(Ordering::Relaxed), &mut |sifted| {
                        let _ = sender.send(Told::Sifted(sifted)); // who has left needs no answer
                    });
                });
            }
            Ask::Seek(job) => {
                let flag = self.begin(Slot::Seek);
                self.scope.spawn(move || {
                    work::seek(&job, &|| flag.load(Ordering::Relaxed), &mut |sought| {
                        let _ = sender.send(Told::Sought(sought));
                    });
                });
            }
            Ask::Group { id, over, view } => {
                let flag = self.begin(Slot::Group);
                self.scope.spawn(move || {
                    if let Some(groups) = work::groups(&over, &view, &|| flag.load(Ordering::Relaxed)) {
                        let _ = sender.send(Told::Grouped { id, groups });
                    }
                });
            }
            Ask::Export(export) => {
                self.scope.spawn(move || {
                    let _ = sender.send(Told::Note(export.write()));
                });
            }
            Ask::Cancel(slot) => drop(self.begin(slot)),
            Ask::Copy(text) => {
                if let Err(error) = self.outside.copy(&text) {
                    let _ = sender.send(Told::Note(format!("the terminal took nothing: {error}")));
                }
            }
            Ask::Quit => {}
        }
    }
}

/// Tells how far the survey is, not too often.
struct Ticks<'s> {
    sender: Mutex<Sender<Told<'s>>>,
    total: AtomicU64,
    done: AtomicU64,
    last: Mutex<Option<Instant>>,
}

impl<'s> Ticks<'s> {
    fn new(sender: Sender<Told<'s>>) -> Ticks<'s> {
        Ticks {
            sender: Mutex::new(sender),
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }
}

impl Progress for Ticks<'_> {
    fn begin(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    fn advance(&self, bytes: u64) {
        let done = self.done.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.is_some_and(|last| last.elapsed() < TELL) {
            return;
        }
        *last = Some(Instant::now());
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = sender.send(Told::Progress(done, self.total.load(Ordering::Relaxed)));
    }
}
