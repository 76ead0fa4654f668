//! [`StoredTally`]: the tally of a source while the others are scanned. In a collection of many files it is packed into some
//! hundred bytes, a fourth to a tenth of what it takes otherwise, and unpacked by those who ask for it.

use std::borrow::Cow;

use spoglight_model::Empty as _;
use spoglight_model::packed::{pack, unpack};

use crate::tally::Tally;

/// Bytes of a file up to which its tally is packed. Those of larger ones may be large, and such files are never so many.
const SMALL: u64 = 1 << 20;

/// The tally of a source.
#[derive(Debug, Clone)]
pub struct StoredTally(Form);

#[derive(Debug, Clone)]
enum Form {
    Whole(Box<Tally>),
    /// Its bytes; none for the tally of a source without any.
    Packed(Box<[u8]>),
}

impl Default for StoredTally {
    fn default() -> StoredTally {
        StoredTally(Form::Packed(Box::default()))
    }
}

impl From<Box<Tally>> for StoredTally {
    fn from(tally: Box<Tally>) -> StoredTally {
        StoredTally(Form::Whole(tally))
    }
}

impl From<Tally> for StoredTally {
    fn from(tally: Tally) -> StoredTally {
        if tally == *Tally::EMPTY { StoredTally::default() } else { Box::new(tally).into() }
    }
}

impl StoredTally {
    /// The tally.
    pub fn get(&self) -> Cow<'_, Tally> {
        match &self.0 {
            Form::Whole(tally) => Cow::Borrowed(tally),
            Form::Packed(bytes) if bytes.is_empty() => Cow::Borrowed(Tally::EMPTY),
            Form::Packed(bytes) => Cow::Owned(unpack(bytes)),
        }
    }

    /// The tally, to be changed. From now on it is not packed.
    pub fn get_mut(&mut self) -> &mut Tally {
        if let Form::Packed(bytes) = &self.0 {
            let tally = if bytes.is_empty() { Tally::default() } else { unpack(bytes) };
            self.0 = Form::Whole(Box::new(tally));
        }
        match &mut self.0 {
            Form::Whole(tally) => tally,
            Form::Packed(_) => unreachable!("it was unpacked"),
        }
    }

    /// Unpacks the tally, for several who ask for it. That of a source of which nothing was counted stays without memory.
    pub(crate) fn unpack(&mut self) {
        if !self.is_empty() {
            self.get_mut();
        }
    }

    /// The tally itself.
    pub fn into_inner(self) -> Tally {
        match self.0 {
            Form::Whole(tally) => *tally,
            Form::Packed(bytes) if bytes.is_empty() => Tally::default(),
            Form::Packed(bytes) => unpack(&bytes),
        }
    }

    /// Returns whether nothing was counted.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(&self.0, Form::Packed(bytes) if bytes.is_empty())
    }

    /// Returns whether it is packed.
    fn is_packed(&self) -> bool {
        matches!(&self.0, Form::Packed(_))
    }

    /// Changes the tally, and packs it again if it was packed.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Tally)) {
        let is_packed = self.is_packed();
        change(self.get_mut());
        if is_packed {
            self.pack();
        }
    }

    /// Packs the tally of a small file.
    pub(crate) fn pack(&mut self) {
        if let Form::Whole(tally) = &self.0
            && tally.bytes <= SMALL
        {
            self.0 = Form::Packed(pack(tally));
        }
    }
}
