//! [`Queue`]: rendered batches on their way from the threads that make them to the sink, at most so many bytes of them.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::batch::Batch;

/// Batches that were made and not taken yet, in their order.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
    /// Bytes that may wait. A larger batch waits alone.
    most: usize,
}

#[derive(Default)]
struct State {
    batches: VecDeque<Batch>,
    /// Bytes of the batches that wait, and of the one that was taken last.
    bytes: usize,
    /// Bytes of the one that was taken last.
    taken: usize,
    is_complete: bool,
    is_refused: bool,
}

/// The end of a queue that batches are added to. Dropping it completes the queue, also if its thread panics.
pub(super) struct QueueWriter<'q>(&'q Queue);

/// The end of a queue that batches are taken from. Dropping it refuses all that are added later.
pub(super) struct QueueReader<'q>(&'q Queue);

impl Queue {
    /// A queue of at most so many bytes.
    pub(super) fn new(most: usize) -> Queue {
        Queue { state: Mutex::default(), changed: Condvar::new(), most }
    }

    /// Both ends.
    pub(super) fn ends(&self) -> (QueueWriter<'_>, QueueReader<'_>) {
        (QueueWriter(self), QueueReader(self))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }
}

impl QueueWriter<'_> {
    /// Adds a batch, as soon as there is room. Returns false if the reader needs no more.
    pub(super) fn send(&self, batch: Batch) -> bool {
        let bytes = batch.bytes();
        let mut state = self.0.lock();
        while !state.is_refused && state.bytes > 0 && state.bytes + bytes > self.0.most {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_refused {
            return false;
        }
        state.bytes += bytes;
        state.batches.push_back(batch);
        drop(state);
        self.0.changed.notify_all();
        true
    }
}

impl QueueReader<'_> {
    /// Takes the next batch, once there is one; `None` after the last. The batch before it must be dropped.
    pub(super) fn next(&self) -> Option<Batch> {
        let mut state = self.0.lock();
        state.bytes -= std::mem::take(&mut state.taken);
        self.0.changed.notify_all();
        loop {
            if let Some(batch) = state.batches.pop_front() {
                state.taken = batch.bytes();
                return Some(batch);
            }
            if state.is_complete {
                return None;
            }
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for QueueWriter<'_> {
    fn drop(&mut self) {
        self.0.change(|state| state.is_complete = true);
    }
}

impl Drop for QueueReader<'_> {
    fn drop(&mut self) {
        self.0.change(|state| {
            state.is_refused = true;
            state.batches.clear();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::batch::Piece;
    use super::*;

    fn batch(bytes: usize) -> Batch {
        Batch::as_read(vec![Piece { events: Vec::new(), text: vec![b'x'; bytes] }])
    }

    #[test]
    fn batches_come_in_their_order_and_never_more_than_fit() {
        let queue = Queue::new(100);
        let (writer, reader) = queue.ends();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for bytes in (1..60).chain([500, 3]) {
                    assert!(writer.send(batch(bytes)));
                }
            });
            let mut known = Vec::new();
            while let Some(batch) = reader.next() {
                let waiting = queue.lock().bytes;
                assert!(waiting <= 100 || batch.bytes() == 500 && waiting == 500, "{waiting}");
                known.push(batch.bytes());
            }
            assert_eq!(known, (1..60).chain([500, 3]).collect::<Vec<_>>());
        });
    }

    #[test]
    fn a_writer_ends_when_its_reader_is_gone() {
        let queue = Queue::new(10);
        let (writer, reader) = queue.ends();
        assert!(writer.send(batch(10)));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(move || writer.send(batch(10)));
            drop(reader);
            assert!(!waiting.join().expect("no panic"));
        });
    }
}
