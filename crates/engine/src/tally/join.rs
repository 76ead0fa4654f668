//! Joining tallies of one source, part after part in the order of its bytes.
//!
//! Every field is named in each of these functions, so that the compiler reports one that was forgotten.

use super::{
    Hit, HitMap, KEPT_BESIDE, KEPT_EVIDENCE, KEPT_HITS, RawEvidence, RawProcessRun, SignatureTally, Tally,
    widen,
};
use crate::block_meta::BlockMeta;
use crate::ids::RequestIds;
use crate::packed_event::PackedEvent;
use crate::unrecognized::RawUnrecognized;
use spoglight_model::{Activity, Rare};
use spoglight_time::SourceTime;

impl Tally {
    /// Adds the part that follows this one.
    pub(crate) fn append(&mut self, mut next: Tally) {
        next.shift(self.lines, self.bytes);
        let Tally {
            bytes,
            unparsed,
            continuation,
            lines,
            events,
            levels,
            formats,
            components,
            first,
            last,
            steps,
            lead,
            offsets,
            local,
            beside,
            named_zones,
            system_zones,
            columns,
            blocks,
            rows,
            undated,
            runs,
            restarts,
            fine,
            first_fine,
            activity,
            torn,
            ids,
            local_ids,
            sketch,
            hits,
            unrecognized,
        } = next;
        if self.events == 0 {
            self.lead += lead;
        }
        if bytes > 0 {
            self.torn = torn;
        }
        self.bytes += bytes;
        self.unparsed += unparsed;
        self.continuation += continuation;
        self.lines += lines;
        self.events += events;
        for (sum, count) in self.levels.iter_mut().zip(levels) {
            *sum += count;
        }
        formats.iter().for_each(|(format, count)| self.formats.add(format, count));
        components.iter().for_each(|(name, count)| self.add_component(name, count));
        for at in [first, last].into_iter().flatten() {
            widen(&mut self.first, &mut self.last, at);
        }
        offsets.iter().for_each(|seen| self.offsets.note(*seen));
        for at in local.iter().flatten().flat_map(|pair| [pair.0, pair.1]) {
            self.widen_local(at);
        }
        named_zones.iter().for_each(|(name, count)| self.named_zone(name, count));
        system_zones.iter().for_each(|(name, count)| self.system_zone(name, count));
        if let Some(activity) = &activity {
            self.put_beside(activity.first.at);
            self.step(activity.first.at);
        }
        self.steps = (self.steps.0 + steps.0, self.steps.1 + steps.1);
        for at in fine.iter().flat_map(|pair| [pair.0, pair.1]) {
            self.widen_fine(at);
        }
        self.first_fine = self.first_fine.take().or(first_fine);
        self.append_activity(activity);
        self.append_blocks(blocks, columns);
        self.append_rows(rows);
        let free = KEPT_BESIDE.saturating_sub(self.beside.len());
        if !beside.is_empty() {
            self.beside.extend(beside.iter().take(free));
        }
        self.append_runs(runs, restarts);
        append_ids(&mut self.ids, ids);
        append_ids(&mut self.local_ids, local_ids);
        sketch.iter().for_each(|mark| self.sketch.keep(mark));
        self.undated += undated;
        self.append_unrecognized(unrecognized);
        append_hits(&mut self.hits, hits);
    }

    /// Blocks before the first line of their part that names columns have those of the part before.
    fn append_blocks(&mut self, mut blocks: Vec<BlockMeta>, columns: Option<Box<[u8]>>) {
        for block in blocks.iter_mut().take_while(|block| block.columns.is_none()) {
            block.columns.clone_from(&self.columns);
        }
        self.columns = columns.or(self.columns.take());
        self.blocks.append(&mut blocks);
    }

    fn append_unrecognized(&mut self, next: Rare<RawUnrecognized>) {
        match self.unrecognized.get_mut() {
            Some(unrecognized) => unrecognized.append(next.into_inner()),
            None => self.unrecognized = next,
        }
    }

    fn append_rows(&mut self, rows: Rare<Vec<PackedEvent>>) {
        if self.rows.is_empty() {
            self.rows = rows;
        } else {
            self.rows.append(&mut rows.into_inner());
        }
    }

    fn append_activity(&mut self, next: Option<Box<Activity>>) {
        match (&mut self.activity, next) {
            (Some(activity), Some(next)) => activity.append(&next),
            (None, Some(next)) => self.activity = Some(next),
            (_, None) => {}
        }
    }

    /// A process whose messages go on in the next part is one run.
    fn append_runs(&mut self, runs: Rare<Vec<RawProcessRun>>, restarts: u64) {
        self.restarts += restarts;
        for run in runs.into_inner() {
            match self.runs.last_mut() {
                Some(last) if last.process == run.process => last.last = run.last.or(last.last),
                _ => self.run(run),
            }
        }
    }

    /// Moves all positions: `lines` lines and `bytes` bytes of the file are before this part.
    fn shift(&mut self, lines: u64, bytes: u64) {
        let Tally {
            first,
            last,
            local,
            beside,
            blocks,
            runs,
            fine,
            first_fine,
            activity,
            hits,
            unrecognized,
            // without a position
            bytes: _,
            unparsed: _,
            continuation: _,
            lines: _,
            events: _,
            levels: _,
            formats: _,
            components: _,
            steps: _,
            lead: _,
            offsets: _,
            named_zones: _,
            system_zones: _,
            columns: _,
            rows: _,
            undated: _,
            restarts: _,
            torn: _,
            ids: _,
            local_ids: _,
            sketch: _,
        } = self;
        shift_times([first, last].into_iter().flatten(), bytes);
        let pairs = fine.iter_mut().chain(local.iter_mut().flatten()).map(Box::as_mut);
        let pairs = pairs.chain(beside.get_mut().into_iter().flatten());
        shift_times(pairs.flat_map(|(first, last)| [first, last]), bytes);
        if let Some(first) = first_fine {
            first.shift(lines, bytes);
        }
        if let Some(activity) = activity {
            activity.shift(lines, bytes);
        }
        for run in runs.get_mut().into_iter().flatten() {
            run.shift(lines, bytes);
        }
        if let Some(unrecognized) = unrecognized.get_mut() {
            unrecognized.shift(lines, bytes);
        }
        for block in blocks {
            shift_block(block, lines, bytes);
        }
        for hits in hits.get_mut().into_iter().flat_map(HitMap::values_mut) {
            hits.shift(lines, bytes);
        }
    }

    /// Adopts the lines before the first message: they belong to the last message of another file, which has the timestamp `at`.
    /// They follow a byte order mark of `mark` bytes.
    pub(crate) fn adopt_lead(&mut self, at: Option<SourceTime>, mark: usize) {
        let lead = std::mem::take(&mut self.lead);
        let end = lead + mark as u64;
        self.unparsed -= lead.min(self.unparsed);
        self.continuation += lead;
        for hits in self.hits.get_mut().into_iter().flat_map(HitMap::values_mut) {
            for evidence in hits.evidence.iter_mut().filter(|evidence| evidence.offset < end) {
                // its position is in the file before; in this one it is before all lines
                evidence.stamp = at.map(|at| SourceTime { offset: 0, ..at });
                if let Some(at) = evidence.stamp {
                    widen(&mut hits.first, &mut hits.last, at);
                    hits.opening = Some(at);
                }
            }
        }
    }
}

impl SignatureTally {
    /// Adds the hits that follow these.
    pub(super) fn append(&mut self, next: SignatureTally) {
        let SignatureTally { count, first, last, opening, closing, evidence, captures, hits, related } = next;
        self.count += count;
        for at in [first, last].into_iter().flatten() {
            widen(&mut self.first, &mut self.last, at);
        }
        self.opening = self.opening.or(opening);
        self.closing = closing.or(self.closing);
        let free = KEPT_HITS.saturating_sub(self.hits.len());
        self.hits.extend(hits.into_iter().take(free));
        let free = KEPT_EVIDENCE.saturating_sub(self.evidence.len());
        self.evidence.extend(evidence.into_iter().take(free));
        for (name, values) in captures {
            for (value, count) in values {
                self.capture(&name, &value, count);
            }
        }
        for (related, count) in related {
            *self.related.entry(related).or_default() += count;
        }
    }

    fn shift(&mut self, lines: u64, bytes: u64) {
        let SignatureTally {
            first,
            last,
            opening,
            closing,
            evidence,
            hits,
            count: _,
            captures: _,
            related: _,
        } = self;
        shift_times([first, last, opening, closing].into_iter().flatten(), bytes);
        for hit in hits {
            hit.shift(lines, bytes);
        }
        for evidence in evidence {
            evidence.shift(lines, bytes);
        }
    }
}

impl Hit {
    fn shift(&mut self, lines: u64, bytes: u64) {
        let Hit {
            line,
            at,
            offset,
            mark: _,
            since: _,
            has_clock: _,
            thread: _,
            text: _,
            account: _,
            values: _,
        } = self;
        *line += lines;
        *offset += bytes;
        shift_times(at, bytes);
    }
}

impl RawEvidence {
    fn shift(&mut self, lines: u64, bytes: u64) {
        let RawEvidence { line, event_line, offset, stamp, text: _, caller: _, peer: _ } = self;
        *line += lines;
        *event_line += lines;
        *offset += bytes;
        shift_times(stamp, bytes);
    }
}

impl RawProcessRun {
    fn shift(&mut self, lines: u64, bytes: u64) {
        let RawProcessRun { line, offset, first, last, process: _, text: _ } = self;
        *line += lines;
        *offset += bytes;
        shift_times([first, last].into_iter().flatten(), bytes);
    }
}

fn append_hits(hits: &mut Rare<HitMap>, next: Rare<HitMap>) {
    match hits.get_mut() {
        Some(hits) => hits.append(next.into_inner()),
        None => *hits = next,
    }
}

fn append_ids(ids: &mut Rare<RequestIds>, next: Rare<RequestIds>) {
    match ids.get_mut() {
        Some(ids) => ids.append(next.into_inner()),
        None => *ids = next,
    }
}

fn shift_block(block: &mut BlockMeta, lines: u64, bytes: u64) {
    let BlockMeta {
        offset,
        lines: line,
        utc,
        local,
        closing,
        size: _,
        events: _,
        mid_line: _,
        carries: _,
        undated: _,
        columns: _,
        dates: _,
    } = block;
    *line += lines;
    *offset += bytes;
    let pairs = [utc, local].into_iter().flatten();
    shift_times(pairs.flat_map(|pair| [&mut pair.0, &mut pair.1]).chain(closing), bytes);
}

fn shift_times<'t>(times: impl IntoIterator<Item = &'t mut SourceTime>, bytes: u64) {
    times.into_iter().for_each(|at| at.offset += bytes);
}
