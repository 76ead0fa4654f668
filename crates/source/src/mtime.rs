//! [`ModifiedTime`]: when a file was written last, as far as its disk or its archive says.
//!
//! A zip says it in local time of the machine that packed it, and often once more in UTC beside it. What the last line of a
//! log says is the same moment, so all three together tell in which zone its server is.

use std::fs::Metadata;
use std::io::Read;
use std::time::UNIX_EPOCH;

use ::zip::extra_fields::ExtraField;
use ::zip::read::ZipFile;

const SECOND: i64 = 1_000_000_000;

/// When a file was written last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModifiedTime {
    /// Nanoseconds since 1970 in UTC.
    pub utc: Option<i64>,
    /// Nanoseconds since 1970 on the wall of the machine that packed it, in steps of two seconds.
    pub packer: Option<i64>,
}

impl ModifiedTime {
    /// Of a file on disk.
    pub(crate) fn of_disk(facts: &Metadata) -> ModifiedTime {
        let since = facts.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        ModifiedTime { utc: since.and_then(|since| i64::try_from(since.as_nanos()).ok()), packer: None }
    }

    /// Of an entry whose archive counts seconds since 1970.
    pub(crate) fn of_seconds(seconds: u64) -> ModifiedTime {
        let nanos = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(SECOND));
        // what has no time says 0
        ModifiedTime { utc: nanos.filter(|nanos| *nanos > 0), packer: None }
    }

    /// Of an entry whose archive counts the time of Windows: tenths of microseconds since 1601.
    pub(crate) fn of_windows(ticks: u64) -> ModifiedTime {
        const SINCE_1601: i128 = 11_644_473_600 * 1_000_000_000;
        let nanos = i128::from(ticks) * 100 - SINCE_1601;
        ModifiedTime { utc: i64::try_from(nanos).ok().filter(|nanos| *nanos > 0), packer: None }
    }

    /// Of an entry of a zip.
    pub(crate) fn of_zip<R: Read>(entry: &ZipFile<'_, R>) -> ModifiedTime {
        let utc = entry.extra_data_fields().find_map(|field| match field {
            ExtraField::ExtendedTimestamp(times) => {
                ModifiedTime::of_seconds(u64::from(times.mod_time()?)).utc
            }
            ExtraField::Ntfs(times) => ModifiedTime::of_windows(times.mtime()).utc,
            _ => None,
        });
        let packer = entry.last_modified().and_then(|time| {
            let date = chrono::NaiveDate::from_ymd_opt(
                i32::from(time.year()),
                u32::from(time.month()),
                u32::from(time.day()),
            )?;
            let time =
                date.and_hms_opt(u32::from(time.hour()), u32::from(time.minute()), u32::from(time.second()))?;
            // a zip begins in 1980, and what has no time is there
            (time.and_utc().timestamp() > 315_619_200).then(|| time.and_utc().timestamp_nanos_opt())?
        });
        ModifiedTime { utc, packer }
    }
}
