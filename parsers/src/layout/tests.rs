//! Timestamps of every layout, and lines that only look like one.

use super::*;

fn wall(text: &str) -> Option<i64> {
    iso(text.as_bytes()).map(|(stamp, _)| stamp.wall / 1_000_000_000)
}

#[test]
fn days_agree_with_the_calendar() {
    assert_eq!(wall("1970-01-01 00:00:00"), Some(0));
    assert_eq!(wall("2000-02-29 12:00:00"), Some(951_825_600));
    assert_eq!(wall("2026-11-21 18:00:00"), Some(1_795_284_000));
    let mut day = wall("1999-12-31 00:00:00").expect("a date");
    for year in 2000..2030 {
        for month in 1..=12 {
            for date in 1..=31 {
                if let Some(next) = wall(&format!("{year}-{month:02}-{date:02} 00:00:00")) {
                    assert_eq!(next, day + 86_400, "{year}-{month}-{date} follows the day before it");
                    day = next;
                }
            }
        }
    }
}

#[test]
fn no_such_time() {
    for text in [
        "2026-02-29 00:00:00",
        "2026-00-10 00:00:00",
        "2026-13-10 00:00:00",
        "2026-06-31 00:00:00",
        "2026-06-30 24:00:00",
        "2026-06-30 23:60:00",
        "2026-06-30 23:59:61",
        "0026-06-30 23:59:59",
        "2026-06-30_23:59:59",
        "2026-06-3a 23:59:59",
        "2026-06-30 23:59:5",
        "",
    ] {
        assert_eq!(wall(text), None, "{text}");
    }
}

#[test]
fn fractions_and_offsets() {
    for (text, nanos, precision, offset, taken) in [
        ("2026-11-21 18:00:00 x", 0, 1_000_000_000, None, 19),
        ("2026-11-21 18:00:00.5x", 500_000_000, 100_000_000, None, 21),
        ("2026-11-21 18:00:00,123 INFO", 123_000_000, 1_000_000, None, 23),
        ("2026-11-21T18:00:00.123456789Z", 123_456_789, 1, Some(0), 30),
        ("2026-11-21 18:00:00.123 GMT-0400 <@>", 123_000_000, 1_000_000, Some(-14_400), 32),
        ("2026-11-21 18:00:00.123 GMT+05:30 <@>", 123_000_000, 1_000_000, Some(19_800), 33),
        ("2026-11-21 18:00:00.123 GMT <@>", 123_000_000, 1_000_000, Some(0), 27),
        ("2026-11-21T16:25:38.671-05:00 INFO", 671_000_000, 1_000_000, Some(-18_000), 29),
        ("2026-11-21 18:00:00 +0200]", 0, 1_000_000_000, Some(7_200), 25),
        ("2026-11-21 18:00:00 GMTX", 0, 1_000_000_000, None, 19),
        ("2026-11-21 18:00:00 -12345", 0, 1_000_000_000, None, 19),
        ("2026-11-21 18:00:00. ", 0, 1_000_000_000, None, 19),
    ] {
        let (stamp, length) = iso(text.as_bytes()).expect(text);
        assert_eq!(stamp.wall % 1_000_000_000, nanos, "{text}");
        assert_eq!((stamp.precision.0, stamp.offset, length), (precision, offset, taken), "{text}");
    }
}

#[test]
fn stamps_in_the_language_of_the_jvm() {
    let second =
        |text: &[u8]| java_util_logging(text).map(|(stamp, taken)| (stamp.wall / 1_000_000_000, taken));
    let at = |hour: i64, minute: i64, second: i64| 1_795_219_200 + hour * 3600 + minute * 60 + second; // 21 Nov 2026
    for (text, moment) in [
        ("Nov 21, 2026 10:08:22 PM org.x.Y log", at(22, 8, 22)),
        ("nov 21, 2026 12:08:22 AM org.x.Y log", at(0, 8, 22)),
        ("十一月 21, 2026 5:11:06 上午 org.x.Y log", at(5, 11, 6)),
        ("11 21, 2026 6:08:39 午後 org.x.Y log", at(18, 8, 39)),
        ("11月 21, 2026 12:08:39 午後 org.x.Y log", at(12, 8, 39)),
        ("11월 21, 2026 6:08:39 오후 org.x.Y log", at(18, 8, 39)),
        ("nov. 21, 2026 6:08:39 P. M. org.x.Y log", at(18, 8, 39)),
        ("nov 21, 2026 6:08:39 P.\u{a0}M. org.x.Y log", at(18, 8, 39)),
        ("нояб. 21, 2026 6:08:39 PM org.x.Y log", at(18, 8, 39)),
        ("lis 21, 2026 6:08:39 ODP. org.x.Y log", at(18, 8, 39)),
    ] {
        let (wall, taken) = second(text.as_bytes()).expect(text);
        assert_eq!(wall, moment, "{text}");
        assert!(text.as_bytes()[taken..].starts_with(b" org."), "{text}");
    }
    // GBK
    assert_eq!(
        second(b"\xca\xae\xd2\xbb\xd4\xc2 21, 2026 5:11:06 \xcf\xc2\xce\xe7 x y"),
        Some((at(17, 11, 6), 28))
    );
    for text in [
        "Nov 21, 2026 13:08:22 PM x y",
        "Foo 21, 2026 1:08:22 PM x y",
        "Nov 21 2026 1:08:22 PM x y",
        "Nov 21, 2026 1:08:22 PMx y",
    ] {
        assert_eq!(second(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn times_without_a_date_and_the_dates_above_them() {
    let time =
        |text: &str| time_of_day(text.as_bytes()).map(|(stamp, taken)| (stamp.wall / 1_000_000, taken));
    assert_eq!(time("12:42:34:878 pg2A-pim2"), Some((45_754_878, 12)));
    assert_eq!(time("00:37:44 ra-rtr MDS"), Some((2_264_000, 8)));
    for text in ["24:00:00:000 x", "12:42:34:8789 x", "12:42:34:87", "12:42:34x", "1:42:34"] {
        assert_eq!(time(text), None, "{text}");
    }
    assert_eq!(long_date(b"February 8, 2007"), Some(13_552));
    assert_eq!(long_date(b"November 21, 2026:"), Some(20_778));
    assert_eq!(long_date(b"Smarch 21, 2026"), None);
}

#[test]
fn stamps_of_other_programs() {
    type Reader = fn(&[u8]) -> Option<(RawTimestamp, usize)>;
    let readers: [(Reader, &str, i64, Option<i32>, usize); 9] = [
        (american, "11/21/2026 04:26:07 PM INFO", 1_795_278_367_000, None, 22),
        (american, "11/21/2026 12:26:07 AM INFO", 1_795_220_767_000, None, 22),
        (access_log, "22/Aug/2017:16:20:22 +0200]", 1_503_418_822_000, Some(7200), 26),
        (cisco, "Aug 22 2017 16:20:22.241 +0200: %CCBU", 1_503_418_822_241, Some(7200), 30),
        (cisco, "Feb  8 2007 05:37:44.658 +0000: %ICM", 1_170_913_064_658, Some(0), 30),
        (cisco, "Feb 8 2007 05:37:44.658 UTC: x", 1_170_913_064_658, Some(0), 27),
        (cisco, "Feb 8 2007 05:37:44.658 PST: x", 1_170_913_064_658, None, 23),
        (ctime, "Sat Nov 21 16:40:13.816 2026] [1:2]", 1_795_279_213_816, None, 28),
        (ctime, "Sun Nov  1 16:40:13 2026]", 1_793_551_213_000, None, 24),
    ];
    for (read, text, millis, offset, taken) in readers {
        let (stamp, length) = read(text.as_bytes()).expect(text);
        assert_eq!((stamp.wall / 1_000_000, stamp.offset, length), (millis, offset, taken), "{text}");
    }
    assert_eq!(access_log(b"22/Aug/2017:16:20:22"), None, "an access log has an offset");
    assert!(
        cisco("11月 22 2017 16:20:22.241 +0200".as_bytes()).is_some(),
        "log4j writes the month of the locale"
    );
    assert_eq!(cisco(b"xyz 22 2017 16:20:22.241 +0200"), None);
    assert_eq!(ctime(b"123 Nov 21 16:40:13 2026"), None);
}

#[test]
fn tomcat_stamps_have_english_months() {
    let (stamp, length) = day_month_year(b"21-Nov-2026 18:00:00.123 GRAVE").expect("a stamp");
    assert_eq!((stamp.wall, length), (1_795_284_000_123_000_000, 24));
    assert_eq!(day_month_year(b"21-nov-2026 18:00:00.123"), None);
    assert_eq!(day_month_year(b"21-Nov-2026T18:00:00.123"), None);
}
