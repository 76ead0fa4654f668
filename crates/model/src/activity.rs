//! [`Activity`]: the times at which a source wrote, in a fixed number of bytes: one bit for a span of time, and the
//! longest silences with the messages before and after them.
//!
//! The spans are minutes. If the source covers more minutes than there are bits, they are doubled until it fits: two
//! minutes for two days, sixteen for three weeks. One wrong year makes them useless, but nothing false follows: a long
//! span only hides silences.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::packed::{pack, unpack};
use crate::rare::Rare;
use spoglight_parsers::RawTimestamp;
use spoglight_time::units::MINUTE;
use spoglight_time::{Clock, SourceTime, Timestamp};

/// Words of the bits.
const WORDS: usize = 32;

/// Number of spans.
const SPANS: i64 = 64 * WORDS as i64;

/// Silences that are kept.
const KEPT: usize = 3;

/// Nanoseconds of the shortest silence that is kept.
const SHORTEST: i64 = 5 * MINUTE;

/// Position and timestamp of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagePosition {
    /// Its timestamp, and its position in bytes.
    pub at: SourceTime,
    /// Number of its first line, from 1.
    pub line: u64,
}

/// A time in which a source wrote nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// The message before it.
    pub before: MessagePosition,
    /// The message after it.
    pub after: MessagePosition,
}

/// The times at which a source wrote.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Activity {
    /// The first message of the file that has a timestamp.
    pub first: MessagePosition,
    /// The last one.
    pub last: MessagePosition,
    /// The longest silences, the longest first.
    silences: Rare<Vec<Silence>>,
    /// A span is two to the power of this in minutes.
    doubled: u32,
    /// Number of the span of the first bit.
    base: i64,
    /// The first 64 bits: most files are short and need no more.
    bits: u64,
    /// The words after them, up to [`WORDS`] in all.
    more: Rare<Vec<u64>>,
    /// The span of the message before, in nanoseconds: most messages are in it, too.
    #[serde(skip)]
    open: (i64, i64),
}

/// An [`Activity`] as some sixty bytes: it is kept of every source, and few are asked for theirs.
#[derive(Debug, Clone)]
pub struct PackedActivity(Box<[u8]>);

impl PackedActivity {
    /// Packs one.
    pub fn of(activity: &Activity) -> PackedActivity {
        let is_one = activity.first == activity.last && *activity == Activity::new(activity.first);
        PackedActivity(pack(&if is_one {
            PackedForm::One(activity.first)
        } else {
            PackedForm::Several(Cow::Borrowed(activity))
        }))
    }

    /// The activity.
    pub fn get(&self) -> Activity {
        match unpack(&self.0) {
            PackedForm::One(message) => Activity::new(message),
            PackedForm::Several(activity) => activity.into_owned(),
        }
    }
}

/// What is packed of an activity.
#[derive(Serialize, Deserialize)]
enum PackedForm<'a> {
    /// All of it is one message, as in most of a hundred thousand files.
    One(MessagePosition),
    Several(Cow<'a, Activity>),
}

impl PartialEq for Activity {
    /// The place of the bits depends on the order in which they were set, and says nothing.
    fn eq(&self, other: &Activity) -> bool {
        (self.first, self.last, self.doubled) == (other.first, other.last, other.doubled)
            && self.silences == other.silences
            && self.spans().eq(other.spans())
    }
}

impl Eq for Activity {}

impl Silence {
    /// Nanoseconds from one message to the other.
    fn length(&self) -> i64 {
        self.after.at.order().saturating_sub(self.before.at.order())
    }

    fn shift(&mut self, lines: u64, bytes: u64) {
        self.before.shift(lines, bytes);
        self.after.shift(lines, bytes);
    }
}

impl MessagePosition {
    /// Moves it: `lines` lines and `bytes` bytes of the file are before the part in which it was counted.
    pub fn shift(&mut self, lines: u64, bytes: u64) {
        self.line += lines;
        self.at.offset += bytes;
    }
}

impl Activity {
    /// The activity of a source with one message.
    pub fn new(first: MessagePosition) -> Activity {
        let mut activity = Activity {
            first,
            last: first,
            silences: Rare::default(),
            doubled: 0,
            base: first.at.order().div_euclid(MINUTE),
            bits: 0,
            more: Rare::default(),
            open: (0, 0),
        };
        activity.mark(first.at.order());
        activity
    }

    /// Counts the next message.
    pub fn note(&mut self, message: MessagePosition) {
        let order = message.at.order();
        if order.saturating_sub(self.last.at.order()) >= SHORTEST {
            self.keep(Silence { before: self.last, after: message });
        }
        self.last = message;
        if order < self.open.0 || order >= self.open.1 {
            self.mark(order);
        }
    }

    /// Adds the activity of the part that follows.
    pub fn append(&mut self, next: &Activity) {
        self.note(next.first);
        for silence in &next.silences {
            self.keep(*silence);
        }
        for span in next.spans() {
            // a part with longer spans does not show in which of ours it wrote
            self.reserve(span, next.doubled);
            self.set(span, next.doubled);
        }
        self.open = (0, 0);
        self.last = next.last;
    }

    /// Moves its positions, as [`MessagePosition::shift`] does.
    pub fn shift(&mut self, lines: u64, bytes: u64) {
        self.first.shift(lines, bytes);
        self.last.shift(lines, bytes);
        for silence in self.silences.get_mut().into_iter().flatten() {
            silence.shift(lines, bytes);
        }
    }

    /// The longest silences between two messages that follow each other in the file, the longest first.
    pub fn silences(&self) -> &[Silence] {
        &self.silences
    }

    /// Nanoseconds of a span.
    pub fn width(&self) -> i64 {
        MINUTE.saturating_mul(1 << self.doubled.min(40))
    }

    /// Starts of the spans in which it wrote, by the clock of the source.
    pub fn moments<'a>(&'a self, clock: &'a Clock) -> impl Iterator<Item = Timestamp> + 'a {
        self.spans().map(move |span| {
            let order = span.saturating_mul(self.width());
            let stamp = self.first.at.stamp;
            let east = stamp.offset.map_or(0, |east| i64::from(east) * 1_000_000_000);
            let wall = order.saturating_add(east);
            clock.moment(&SourceTime { stamp: RawTimestamp { wall, ..stamp }, ..self.first.at })
        })
    }

    /// Numbers of the spans in which it wrote.
    fn spans(&self) -> impl Iterator<Item = i64> + '_ {
        let of_word = |(place, word): (usize, &u64)| {
            let (base, word) = (self.base + 64 * place as i64, *word);
            (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| base + bit)
        };
        std::iter::once(&self.bits)
            .chain(&self.more)
            .enumerate()
            .filter(|(_, word)| **word != 0)
            .flat_map(of_word)
    }

    /// Keeps the longest silences; of equal ones, the first in the file.
    fn keep(&mut self, silence: Silence) {
        let is_before = |known: &Silence| {
            (known.length(), std::cmp::Reverse(known.after.at.offset))
                >= (silence.length(), std::cmp::Reverse(silence.after.at.offset))
        };
        let place = self.silences.partition_point(is_before);
        if place < KEPT {
            self.silences.truncate(KEPT - 1);
            self.silences.insert(place, silence);
        }
    }

    /// Sets the bit of a time.
    fn mark(&mut self, order: i64) {
        let minute = order.div_euclid(MINUTE);
        self.reserve(minute, 0);
        self.set(minute, 0);
        let width = self.width();
        let start = order.div_euclid(width).saturating_mul(width);
        self.open = (start, start.saturating_add(width));
    }

    /// Sets the bit of a span that is `doubled` times doubled; the place was reserved.
    fn set(&mut self, span: i64, doubled: u32) {
        let place = (span >> (self.doubled - doubled)) - self.base;
        let Ok(place) = usize::try_from(place) else { return };
        let bit = 1 << (place % 64);
        let Some(at) = (place / 64).checked_sub(1) else {
            self.bits |= bit;
            return;
        };
        let words = (at + 1).min(WORDS - 1);
        if words > self.more.len() {
            let known = self.more.len();
            self.more.reserve_exact(words - known);
            self.more.resize(words, 0);
        }
        if let Some(word) = self.more.as_mut_slice().get_mut(at) {
            *word |= bit;
        }
    }

    /// Makes place for a span that is `doubled` times doubled.
    fn reserve(&mut self, span: i64, doubled: u32) {
        let more = doubled.saturating_sub(self.doubled);
        let own = span >> (self.doubled + more - doubled);
        if more == 0 && (self.base..self.base + SPANS).contains(&own) {
            return;
        }
        let lowest = self.spans().next().map_or(own, |lowest| (lowest >> more).min(own));
        let highest = self.spans().last().map_or(own, |highest| (highest >> more).max(own));
        let mut more = more;
        let (mut low, mut high) = (lowest, highest);
        while high - low >= SPANS {
            (low, high, more) = (low >> 1, high >> 1, more + 1);
        }
        let known: Vec<i64> = self.spans().map(|span| span >> more).collect();
        // a file that is written backwards grows to the front
        self.base = if own == lowest && lowest != highest { high + 1 - SPANS } else { low };
        self.doubled += more;
        self.bits = 0;
        self.more = Rare::default();
        for span in known {
            self.set(span, self.doubled);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use spoglight_parsers::{ClockSource, Precision};
    use spoglight_time::Zone;

    fn position(minute: i64, line: u64) -> MessagePosition {
        let stamp = RawTimestamp { wall: minute * MINUTE, offset: Some(0), precision: Precision::SECOND };
        MessagePosition { at: SourceTime { stamp, of: ClockSource::Nowhere, offset: line * 10 }, line }
    }

    fn of(minutes: &[i64], before: u64) -> Activity {
        let mut all = minutes.iter().zip(before + 1..).map(|(minute, line)| position(*minute, line));
        let mut activity = Activity::new(all.next().expect("a message"));
        all.for_each(|message| activity.note(message));
        activity
    }

    fn minutes(activity: &Activity) -> Vec<i64> {
        let clock = Clock::new(Zone::without_stamps());
        activity.moments(&clock).map(|moment| moment.nanos() / MINUTE).collect()
    }

    #[test]
    fn minutes_with_messages() {
        let activity = of(&[100, 100, 101, 130, 131], 0);
        assert_eq!(minutes(&activity), [100, 101, 130, 131]);
        let lines = |silence: &Silence| (silence.before.line, silence.after.line);
        assert_eq!(activity.silences().iter().map(lines).collect::<Vec<_>>(), [(3, 4)]);
        assert_eq!((activity.first.line, activity.last.line), (1, 5));
    }

    #[test]
    fn a_long_time_has_longer_spans() {
        let activity = of(&[0, 1, 2, 5000], 0);
        assert_eq!(activity.width(), 4 * MINUTE);
        assert_eq!(minutes(&activity), [0, 5000]);
        let far = of(&[0, i64::MAX / MINUTE], 0);
        assert_eq!(minutes(&far).len(), 2);
    }

    #[test]
    fn backwards() {
        let back: Vec<i64> = (0..3000).rev().collect();
        assert_eq!(minutes(&of(&back, 0)), (0..3000).step_by(2).collect::<Vec<_>>());
    }

    #[test]
    fn one_message_takes_few_bytes() {
        let one = of(&[29_000_000], 0);
        let packed = PackedActivity::of(&one);
        assert!(packed.0.len() <= 24, "{} bytes", packed.0.len());
        assert_eq!(packed.get(), one);
        let mut more = packed.get();
        more.note(position(29_000_007, 2));
        assert_eq!(PackedActivity::of(&more).get(), of(&[29_000_000, 29_000_007], 0));
    }

    proptest! {
        #[test]
        fn parts_are_the_whole(minutes in prop::collection::vec(-9000i64..9000, 2..60), cut in 1usize..59) {
            let cut = cut.min(minutes.len() - 1);
            let (one, other) = minutes.split_at(cut);
            let (mut joined, mut next) = (of(one, 0), of(other, 0));
            next.shift(cut as u64, 10 * cut as u64);
            joined.append(&next);
            let whole = of(&minutes, 0);
            prop_assert_eq!(PackedActivity::of(&joined).get(), joined.clone());
            prop_assert_eq!(joined, whole);
        }
    }
}
