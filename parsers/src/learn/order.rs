//! The order of day, month and year in dates of three numbers, decided by the dates themselves.

use crate::layout::days;

/// Positions of day, month and year among the numbers, with the letters of the pattern.
const ORDERS: &[([usize; 3], &str)] = &[([0, 1, 2], "dmy"), ([1, 0, 2], "mdy"), ([2, 1, 0], "ymd")];

/// An order, and why it is the only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DateOrder {
    /// `dmy`, `mdy` or `ymd`.
    pub(crate) letters: &'static str,
    pub(super) reason: String,
}

/// The orders that remain possible, and why none of them is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Undecided {
    pub(super) letters: Vec<&'static str>,
    pub(super) reason: String,
}

/// Decides the order of dates, in the order of their lines. Fails if several remain, or none.
pub(crate) fn decide(dates: &[[u32; 3]], has_century: bool) -> Result<DateOrder, Undecided> {
    let year = |value: u32| match value {
        _ if has_century => value,
        0..=89 => 2000 + value,
        _ => 1900 + value,
    };
    let day = |order: &[usize; 3], date: &[u32; 3]| {
        let [day, month, at] = order.map(|place| date.get(place).copied().unwrap_or(0));
        // a log of the future is none, and these programs are from the nineties and later
        let year = year(at);
        (1990..2060).contains(&year).then(|| days(i64::from(year), month, day))?
    };
    let possible = |(order, letters): &(_, &str)| {
        (*letters != "ymd" || !has_century) && dates.iter().all(|date| day(order, date).is_some())
    };
    let left: Vec<&([usize; 3], &'static str)> = ORDERS.iter().filter(|order| possible(order)).collect();
    let shown =
        |date: Option<&[u32; 3]>| date.map_or_else(String::new, |[a, b, c]| format!("{a:02} {b:02} {c:02}"));
    match left.as_slice() {
        [] => {
            let reason = "the numbers of its dates are no dates in any order".to_owned();
            return Err(Undecided { letters: Vec::new(), reason });
        }
        [(_, letters)] => {
            let proof = dates.iter().find(|[first, second, _]| *first > 12 || *second > 12);
            let reason = format!("{} has a number that is no month", shown(proof.or(dates.first())));
            return Ok(DateOrder { letters, reason });
        }
        _ => {}
    }
    // a log is written in the order of time: in a wrong order its days jump back and forth
    let jumps = |order: &[usize; 3]| {
        let mut all = dates.iter().filter_map(|date| day(order, date));
        let Some(mut before) = all.next() else { return (0, 0) };
        let (mut back, mut far) = (0, 0);
        for at in all {
            back += usize::from(at < before);
            far += usize::from(at > before + 20);
            before = at;
        }
        (back, far)
    };
    let steps = dates.windows(2).filter(|pair| pair.first() != pair.last()).count();
    let quiet: Vec<_> = left.iter().filter(|(order, _)| jumps(order) == (0, 0)).collect();
    match quiet.as_slice() {
        // two days that follow each other in one order, and are weeks apart in all others
        [(_, letters)] if steps > 0 => {
            Ok(DateOrder { letters, reason: "only so its days follow each other".to_owned() })
        }
        _ => {
            let reason =
                format!("no line shows the order of day, month and year, as in {}", shown(dates.first()));
            Err(Undecided { letters: left.iter().map(|(_, letters)| *letters).collect(), reason })
        }
    }
}
