use super::*;

fn learned(text: &str) -> LearnedLayout {
    learn(text.as_bytes()).unwrap_or_else(|| panic!("nothing was learned from {text}"))
}

#[test]
fn layouts_of_timestamps() {
    for (lines, stamp, picture) in [
        (
            ["25/11/26 10:00:00.123 3276 App Thd(4388) a", "26/11/26 10:00:01.123 3276 App b"],
            "dd/MM/yy HH:mm:ss.SSS",
            "dd/MM/yy HH:mm:ss.SSS number message",
        ),
        (
            ["11/25/2026 1:00:00 PM [main] INFO a", "11/25/2026 1:00:01 PM [main] WARN b"],
            "MM/dd/yyyy h:mm:ss a",
            "MM/dd/yyyy h:mm:ss a [thread] LEVEL message",
        ),
        (
            ["[21-Nov-26 10:00:00] (ERROR) a", "[21-Nov-26 10:00:01] (INFO) b"],
            "dd-MMM-yy HH:mm:ss",
            "[dd-MMM-yy HH:mm:ss] [LEVEL] message",
        ),
        (["1795297047513 | a", "1795297047613 | b"], "epoch-millis", "epoch-millis - message"),
        (["[1795297047] a", "[1795297048] b"], "epoch-seconds", "[epoch-seconds] message"),
        (
            ["20261121 10:00:00,1 a", "20261121 10:00:00,2 b"],
            "yyyyMMdd HH:mm:ss,SSS",
            "yyyyMMdd HH:mm:ss,SSS message",
        ),
        (
            ["INFO   2026/11/21 10:00:00 - a", "ERROR  2026/11/21 10:00:01 - b"],
            "yyyy/MM/dd HH:mm:ss",
            "LEVEL yyyy/MM/dd HH:mm:ss - message",
        ),
        (
            ["Sat, 21 Nov 2026 10:00:00 +0100 a", "Sat, 21 Nov 2026 10:00:01 +0100 b"],
            "EEE, dd MMM yyyy HH:mm:ss X",
            "EEE, dd MMM yyyy HH:mm:ss X message",
        ),
    ] {
        let layout = learned(&format!("{}\n    below\n{}\n", lines[0], lines[1]));
        assert_eq!((layout.stamp.as_str(), layout.picture.as_str()), (stamp, picture));
        assert_eq!((layout.lines, layout.candidates, layout.doubt), (2, 2, None), "{lines:?}");
        let pattern = Pattern::new(stamp).expect(stamp);
        let start = lines[0].find(|one: char| one.is_ascii_digit() || one == 'S').expect("a stamp");
        assert!(pattern.read(&lines[0].as_bytes()[start..]).is_some(), "{lines:?}");
    }
}

#[test]
fn the_order_of_a_date_is_decided_by_its_numbers_and_by_time() {
    for (dates, stamp) in [
        (&["03/04/26", "13/04/26"][..], "dd/MM/yy HH:mm:ss"),
        (&["04/03/2026", "04/13/2026"], "MM/dd/yyyy HH:mm:ss"),
        // a month has no 31st
        (&["31.11.25", "31.12.25"], "yy.MM.dd HH:mm:ss"),
        // the days of one order follow each other, those of the other jump by months
        (&["03/04/2026", "04/04/2026", "05/04/2026"], "dd/MM/yyyy HH:mm:ss"),
        (&["04/03/2026", "04/04/2026", "04/05/2026"], "MM/dd/yyyy HH:mm:ss"),
    ] {
        let text = dates.iter().fold(String::new(), |all, date| all + date + " 10:00:00 a\n");
        let layout = learned(&text);
        assert_eq!(layout.stamp, stamp, "{dates:?}");
        assert!(layout.doubt.is_none() && layout.order.is_some(), "{dates:?}");
    }
}

#[test]
fn a_date_that_no_line_decides_is_not_read() {
    for (dates, why) in [
        (&["12/04/09", "12/04/09"][..], "no line shows the order"),
        (&["04/05/2026"], "no line shows the order"),
        (&["Mar 24", "Mar 24"], "no year"),
        // two days that are weeks apart in each order
        (&["01/02/2026", "03/04/2026"], "no line shows the order"),
    ] {
        let text = dates.iter().fold(String::new(), |all, date| all + date + " 10:00:00 a\n");
        let layout = learned(&text);
        assert_eq!(layout.stamp, "HH:mm:ss", "{dates:?}");
        assert!(layout.doubt.as_deref().is_some_and(|doubt| doubt.contains(why)), "{layout:?}");
        assert!(layout.picture.starts_with("date? "), "{}", layout.picture);
        let has_numbers = dates.iter().all(|date| date.contains('/'));
        assert_eq!(layout.possible.len() >= 2, has_numbers, "{layout:?}");
    }
}

#[test]
fn texts_without_a_layout() {
    for text in [
        "",
        "no timestamp\nhere\n",
        "1.2.3 released\n1.2.4 released\n",
        "99/99/99 10:00:00 a\n99/99/99 10:00:00 b\n",
        "10:00:00x\n",
        // times that do not follow each other are no log
        "10:00:09 a\n10:00:03 b\n10:00:07 c\n10:00:01 d\n10:00:05 e\n",
    ] {
        let found = learn(text.as_bytes());
        assert!(found.as_ref().is_none_or(|layout| layout.doubt.is_some()), "{text}: {found:?}");
    }
}

#[test]
fn hostile_lines_are_no_problem() {
    let lines = [
        "[",
        "[[",
        "12/",
        "12/04/",
        "12/04/09",
        "12/04/09 ",
        "12/04/09 1",
        "Nov",
        "Nov ",
        "INFO",
        "INFO [",
        "\u{663}/\u{664}",
    ];
    for line in lines {
        for end in 0..=line.len() {
            let _ = learn(&line.as_bytes()[..end]);
        }
    }
}
