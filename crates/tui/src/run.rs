//! Runs the browser: draws it, sends it messages, and carries out its commands on threads that it does not wait for.

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
use spoglight_signatures::DefinitionError;

use crate::app::App;
use crate::message::{Command, Message, Slot};
use crate::{screen, work};
use spoglight_browse::survey::{SurveyUpdate, Wait, survey};
use spoglight_browse::view::View;
use spoglight_engine::Progress;
use spoglight_engine::Settings;

/// Shortest time between two messages about progress.
const TELL: Duration = Duration::from_millis(100);

/// How often to check whether the terminal is still there.
const LOOK: Duration = Duration::from_millis(250);

/// Longest sleep while waiting for files to change, so that quitting is not delayed.
const NAP: Duration = Duration::from_millis(100);

/// Services of the terminal.
pub(crate) trait Host: Sync {
    /// Starts to read keys and the mouse.
    fn events(&self) -> Receiver<Event>;

    /// Returns true if the terminal is gone or the system asks the program to end.
    fn is_gone(&self) -> bool;

    /// Copies text to the clipboard of the terminal.
    fn copy(&self, text: &str) -> io::Result<()>;

    /// Gives the terminal back, stops the program until it is continued, and takes the terminal again.
    ///
    /// Fails where no shell can continue a program.
    fn suspend(&self) -> io::Result<()>;
}

/// Reads the logs at `paths` and runs the browser until the user quits.
///
/// Fails if the terminal does. Returns why nothing could be read, if that is so.
pub(crate) fn run<'s, B: Backend<Error: Into<io::Error>>>(
    terminal: &mut Terminal<B>,
    app: &mut App<'s>,
    paths: &[PathBuf],
    settings: &'s Settings,
    host: &dyn Host,
) -> io::Result<Option<DefinitionError>> {
    let (sender, receiver) = channel::<Message<'s>>();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let threads =
            Threads { scope, sender: sender.clone(), slots: Mutex::default(), is_over: &is_over, host };
        threads.listen();
        threads.survey(paths, settings, app.model.options.follow);
        let outcome = turn(terminal, app, &receiver, &threads);
        is_over.store(true, Ordering::Relaxed);
        threads.cancel_all();
        outcome
    })?;
    Ok(app.take_failure())
}

fn turn<'scope, 's: 'scope, B: Backend<Error: Into<io::Error>>>(
    terminal: &mut Terminal<B>,
    app: &mut App<'s>,
    receiver: &Receiver<Message<'s>>,
    threads: &Threads<'scope, '_, 's>,
) -> io::Result<()> {
    terminal.draw(|frame| screen::draw(app, frame)).map_err(Into::into)?;
    while let Ok(message) = receiver.recv() {
        app.update(message);
        // one frame for all that came meanwhile: held keys, a window being resized
        while let Ok(message) = receiver.try_recv() {
            app.update(message);
        }
        for command in app.take_commands() {
            if matches!(command, Command::Suspend) {
                threads.suspend();
            }
            if matches!(command, Command::Redraw | Command::Suspend) {
                // not `Terminal::clear`: it asks the terminal for the cursor, and another thread reads the answer
                terminal.backend_mut().clear().map_err(Into::into)?;
                terminal.swap_buffers();
            }
            threads.run(command);
        }
        if app.is_over() {
            return Ok(());
        }
        if !app.is_stale() {
            terminal.draw(|frame| screen::draw(app, frame)).map_err(Into::into)?;
        }
    }
    Ok(())
}

/// Background work.
struct Threads<'scope, 'env, 's> {
    scope: &'scope Scope<'scope, 'env>,
    sender: Sender<Message<'s>>,
    /// Flags that stop the work in each slot.
    slots: Mutex<[Option<Arc<AtomicBool>>; 3]>,
    is_over: &'scope AtomicBool,
    host: &'scope dyn Host,
}

impl<'s: 'scope, 'scope> Threads<'scope, '_, 's> {
    fn listen(&self) {
        let (sender, host, is_over) = (self.sender.clone(), self.host, self.is_over);
        let events = host.events();
        self.scope.spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let message = match events.recv_timeout(LOOK) {
                    Ok(event) => Message::Input(event),
                    Err(RecvTimeoutError::Timeout) if !host.is_gone() => continue,
                    Err(_) => Message::End,
                };
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
    }

    fn survey(&self, paths: &[PathBuf], settings: &'s Settings, follow: bool) {
        let (sender, is_over, paths) = (self.sender.clone(), self.is_over, paths.to_vec());
        self.scope.spawn(move || {
            let progress = ProgressMessages::new(sender.clone());
            let is_wanted = || !is_over.load(Ordering::Relaxed);
            let wait = |pause: Duration| {
                let end = Instant::now() + pause;
                // in pieces, so that quitting is not delayed
                while is_wanted() && Instant::now() < end {
                    std::thread::sleep(NAP.min(end.saturating_duration_since(Instant::now())));
                }
                is_wanted()
            };
            let follow: Option<Wait<'_>> = if follow { Some(&wait) } else { None };
            survey(&paths, settings, &progress, follow, &|news| {
                let view = match &news {
                    SurveyUpdate::More(index, _) | SurveyUpdate::All(index, ..) => Some(View::all(index)),
                    _ => None,
                };
                sender.send(Message::Survey(news, view)).is_ok() && is_wanted()
            });
        });
    }

    /// Starts new work in a slot and stops the work before.
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
        for slot in [Slot::Filter, Slot::Search, Slot::Group] {
            self.begin(slot).store(true, Ordering::Relaxed);
        }
    }

    /// Gives the terminal to the shell until the user comes back.
    fn suspend(&self) {
        if let Err(error) = self.host.suspend() {
            let _ = self.sender.send(Message::Note(format!("not suspended: {error}")));
        }
    }

    fn run(&self, command: Command<'s>) {
        let sender = self.sender.clone();
        match command {
            Command::Filter(job) => {
                let flag = self.begin(Slot::Filter);
                self.scope.spawn(move || {
                    work::filter(&job, &|| flag.load(Ordering::Relaxed), &mut |filtered| {
                        // after the end there is no receiver
                        let _ = sender.send(Message::Filtered(filtered));
                    });
                });
            }
            Command::Search(job) => {
                let flag = self.begin(Slot::Search);
                self.scope.spawn(move || {
                    work::search(&job, &|| flag.load(Ordering::Relaxed), &mut |found| {
                        let _ = sender.send(Message::Found(found));
                    });
                });
            }
            Command::Group { id, snapshot, view } => {
                let flag = self.begin(Slot::Group);
                self.scope.spawn(move || {
                    if let Some(groups) = work::groups(&snapshot, &view, &|| flag.load(Ordering::Relaxed)) {
                        let _ = sender.send(Message::Grouped { id, groups });
                    }
                });
            }
            Command::Export(export) => {
                self.scope.spawn(move || {
                    let outcome = export.write(&mut |count| {
                        let _ = sender.send(Message::Writing(count));
                    });
                    let _ = sender.send(Message::Written(outcome));
                });
            }
            Command::Cancel(slot) => drop(self.begin(slot)),
            Command::Copy(text) => {
                if let Err(error) = self.host.copy(&text) {
                    let _ = sender.send(Message::Note(format!("copy failed: {error}")));
                }
            }
            Command::Redraw | Command::Suspend | Command::Quit => {}
        }
    }
}

/// Sends messages about the progress of reading, not too often.
struct ProgressMessages<'s> {
    sender: Mutex<Sender<Message<'s>>>,
    total: AtomicU64,
    done: AtomicU64,
    last: Mutex<Option<Instant>>,
}

impl<'s> ProgressMessages<'s> {
    fn new(sender: Sender<Message<'s>>) -> ProgressMessages<'s> {
        ProgressMessages {
            sender: Mutex::new(sender),
            total: AtomicU64::new(0),
            done: AtomicU64::new(0),
            last: Mutex::new(None),
        }
    }
}

impl Progress for ProgressMessages<'_> {
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
        let _ = sender.send(Message::Progress(done, self.total.load(Ordering::Relaxed)));
    }
}
