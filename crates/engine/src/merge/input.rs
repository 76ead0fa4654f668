//! [`Merge`]: everything a merge reads.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use spoglight_model::analysis::SourceFacts;
use spoglight_model::packed::{pack, unpack};
use spoglight_parsers::formats::FormatSet;
use spoglight_signatures::Library;
use spoglight_source::{Bundle, FileChange, Source, SourceId};
use spoglight_text::charset::Charset;
use spoglight_time::SourceTime;

use crate::block_meta::BlockMeta;
use crate::block_reader;
use crate::missing::Missing;
use crate::progress::Progress;
use crate::scanned::ScannedSource;

/// The block index of a source, which a scan recorded.
pub struct BlockIndex<'f> {
    charset: Option<Arc<Charset>>,
    mix: Option<FormatSet<'f>>,
    /// Its newest event is first, so that none of them is late.
    pub(super) is_newest_first: bool,
    blocks: StoredBlocks,
}

/// The blocks of a source.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Blocks {
    /// The first timestamp of the file.
    pub(super) opening: Option<SourceTime>,
    pub(super) all: Vec<BlockMeta>,
}

/// The blocks of a source. One block is packed into a fourth of its size: there may be a hundred thousand files of one.
enum StoredBlocks {
    Many(Box<Blocks>),
    One(Box<[u8]>),
}

impl<'f> BlockIndex<'f> {
    /// Takes the index out of the result of a scan that recorded one.
    pub fn of(scanned: ScannedSource<'f>) -> BlockIndex<'f> {
        let tally = scanned.tally.into_inner();
        let is_newest_first = tally.is_newest_first();
        let opening = tally.opening();
        let blocks = Blocks { opening, all: tally.blocks };
        let blocks = match blocks.all.len() {
            0 | 1 => StoredBlocks::One(pack(&blocks)),
            _ => StoredBlocks::Many(Box::new(blocks)),
        };
        BlockIndex { charset: scanned.charset, mix: scanned.mix, is_newest_first, blocks }
    }

    /// Its blocks.
    pub(super) fn blocks(&self) -> Cow<'_, Blocks> {
        match &self.blocks {
            StoredBlocks::Many(blocks) => Cow::Borrowed(blocks),
            StoredBlocks::One(packed) => Cow::Owned(unpack(packed)),
        }
    }
}

/// Everything a merge reads.
#[derive(Clone, Copy)]
pub struct Merge<'a> {
    /// The bytes: every source can be read from any offset.
    pub bundle: &'a Bundle,
    /// The sources, in the order of the bundle.
    pub sources: &'a [SourceFacts],
    /// Their block indices, in the same order; empty if none were recorded.
    pub index: &'a [BlockIndex<'a>],
    /// The signatures.
    pub library: &'a Library,
    /// Receives the progress of the merge.
    pub progress: &'a dyn Progress,
}

/// One source of a merge that has blocks.
#[derive(Clone, Copy)]
pub(super) struct MergeSource<'a> {
    pub(super) source: &'a Source,
    pub(super) facts: &'a SourceFacts,
    pub(super) index: &'a BlockIndex<'a>,
    pub(super) charset: &'a Charset,
    pub(super) mix: &'a FormatSet<'a>,
}

// reasons why something that a block needs is there
const INDEXED: &str = "a block that was planned is of a source with an index";
const IS_TEXT: &str = "a source with blocks has a charset and formats";

impl<'a> Merge<'a> {
    /// The source of a block that was planned.
    pub(super) fn source(&self, id: SourceId) -> MergeSource<'a> {
        let at = id.index();
        let index = self.index.get(at).expect(INDEXED);
        MergeSource {
            source: self.bundle.sources.get(at).expect(INDEXED),
            facts: self.sources.get(at).expect(INDEXED),
            index,
            charset: index.charset.as_ref().expect(IS_TEXT),
            mix: index.mix.as_ref().expect(IS_TEXT),
        }
    }
}

impl<'a> MergeSource<'a> {
    /// Replaces `bytes` by those of a block; returns how many are missing.
    pub(super) fn read(&self, id: SourceId, block: &BlockMeta, bytes: &mut Vec<u8>) -> Option<Missing> {
        let missing = |count: u64, error: Option<&str>| Missing::of_block(id, self.source, count, error);
        match block_reader::read(self.source, self.charset, block.offset, block.size, bytes) {
            Ok(0) => None,
            Ok(count) => Some(missing(count, None)),
            Err(error) => {
                if self.source.change() == Some(FileChange::Overwritten) {
                    bytes.clear(); // they may be of another log
                }
                let count = block.size.saturating_sub(bytes.len() as u64);
                Some(missing(count, Some(&error.to_string())))
            }
        }
    }

    /// A block of it that was planned, by its position among its blocks.
    pub(super) fn block(&self, at: u32) -> Cow<'a, BlockMeta> {
        match self.index.blocks() {
            Cow::Borrowed(blocks) => Cow::Borrowed(blocks.all.get(at as usize).expect(INDEXED)),
            Cow::Owned(blocks) => Cow::Owned(blocks.all.into_iter().nth(at as usize).expect(INDEXED)),
        }
    }
}
