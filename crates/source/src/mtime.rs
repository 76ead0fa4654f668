//! [`ModifiedTime`]: the modification time of a file, from its disk or its archive.
//!
//! A zip records it in local time of the machine that packed it, and often in UTC, too. The last line of a log has
//! the same moment, so all three together show the time zone of its server.

use std::io::Read;
use std::num::NonZero;

use ::zip::extra_fields::ExtraField;
use ::zip::read::ZipFile;

const SECOND: i64 = 1_000_000_000;

/// Modification time of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModifiedTime {
    // 0 means that no time is recorded, so both are as small as a number
    utc: Option<NonZero<i64>>,
    packer: Option<NonZero<i64>>,
}

impl ModifiedTime {
    fn new(utc: Option<i64>, packer: Option<i64>) -> ModifiedTime {
        let utc = utc.filter(|nanos| *nanos > 0).and_then(NonZero::new);
        ModifiedTime { utc, packer: packer.and_then(NonZero::new) }
    }

    /// Nanoseconds since 1970 in UTC; `None` if it is not recorded.
    pub fn utc(self) -> Option<i64> {
        self.utc.map(NonZero::get)
    }

    /// Nanoseconds since 1970 on the wall clock of the machine that packed it, in steps of two seconds; `None` if it is not
    /// recorded.
    pub fn packer(self) -> Option<i64> {
        self.packer.map(NonZero::get)
    }

    /// The time of a file on disk in nanoseconds since 1970.
    pub(crate) fn from_nanos(nanos: u64) -> ModifiedTime {
        ModifiedTime::new(i64::try_from(nanos).ok(), None)
    }

    /// The time of an entry in seconds since 1970.
    pub(crate) fn from_seconds(seconds: u64) -> ModifiedTime {
        let nanos = i64::try_from(seconds).ok().and_then(|seconds| seconds.checked_mul(SECOND));
        ModifiedTime::new(nanos, None)
    }

    /// The time of an entry in Windows ticks: tenths of microseconds since 1601.
    pub(crate) fn from_windows(ticks: u64) -> ModifiedTime {
        const SINCE_1601: i128 = 11_644_473_600 * 1_000_000_000;
        let nanos = i128::from(ticks) * 100 - SINCE_1601;
        ModifiedTime::new(i64::try_from(nanos).ok(), None)
    }

    /// The time of an entry of a zip.
    pub(crate) fn from_zip<R: Read>(entry: &ZipFile<'_, R>) -> ModifiedTime {
        let utc = entry.extra_data_fields().find_map(|field| match field {
            ExtraField::ExtendedTimestamp(times) => {
                ModifiedTime::from_seconds(u64::from(times.mod_time()?)).utc()
            }
            ExtraField::Ntfs(times) => ModifiedTime::from_windows(times.mtime()).utc(),
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
            // zip times begin in 1980, and an entry without a time has that one
            (time.and_utc().timestamp() > 315_619_200).then(|| time.and_utc().timestamp_nanos_opt())?
        });
        ModifiedTime::new(utc, packer)
    }
}
