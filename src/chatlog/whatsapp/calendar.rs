//! What the dates of one file mean: the order of day and month, the halves of the day.
//!
//! One line can't tell `05/04/26`; many lines can. What is left open after all of them stays
//! open, and the time of such a message is its text.

use super::super::time::days_in_month;
use super::header::{Header, Number};

/// The order of a date whose year does not come first with four digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    DayMonth,
    MonthDay,
    YearMonth,
}

const ORDERS: [Order; 3] = [Order::DayMonth, Order::MonthDay, Order::YearMonth];

/// A date: year, month, day.
type Date = (u32, u32, u32);

fn full_year(number: Number) -> Option<u32> {
    match number.digits {
        2 => Some(2000 + number.value),
        // Other years are of other calendars, or of a clock that was never set.
        4 => Some(number.value).filter(|year| (2000..2100).contains(year)),
        _ => None,
    }
}

fn civil(year: Number, month: Number, day: Number) -> Option<Date> {
    let (year, month, day) = (full_year(year)?, month.value, day.value);
    let valid = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
    valid.then_some((year, month, day))
}

impl Order {
    fn date(self, [a, b, c]: [Number; 3]) -> Option<Date> {
        match self {
            Order::DayMonth => civil(c, b, a),
            Order::MonthDay => civil(c, a, b),
            Order::YearMonth => civil(a, b, c),
        }
    }
}

/// What a marker of a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
    /// Nothing: the clock has 24 hours.
    None,
}

/// The markers that every locale falls back to: the Latin abbreviations.
fn known_half(marker: &str) -> Option<Half> {
    match marker {
        "am" | "a" => Some(Half::Morning),
        "pm" | "p" => Some(Half::Afternoon),
        _ => None,
    }
}

/// What the headers of a file say, as they go by.
#[derive(Default)]
pub(super) struct Evidence {
    headers: u64,
    /// Per order: dates that are none, and steps back in time.
    invalid: [u64; 3],
    backward: [u64; 3],
    last: [Option<Date>; 3],
    /// Per place: how often the number changed.
    changes: [u64; 3],
    last_numbers: Option<[Number; 3]>,
    /// Orders that no locale writes with the separators of some date.
    unheard: [bool; 3],
    /// Markers that are not known, whether one stood at an hour past 12, and how often the
    /// second followed the first on one day and the other way round.
    markers: Vec<(String, bool)>,
    follows: [[u64; 2]; 2],
    last_marker: Option<([Number; 3], usize)>,
}

/// More unknown markers than this are no halves of a day.
const MAX_MARKERS: usize = 8;

impl Evidence {
    pub(super) fn add(&mut self, header: &Header<'_>) {
        self.add_marker(header);
        let numbers = header.date;
        if numbers[0].digits == 4 {
            return;
        }
        self.headers += 1;
        for (index, order) in ORDERS.into_iter().enumerate() {
            match order.date(numbers) {
                None => self.invalid[index] += 1,
                Some(date) => {
                    let back = self.last[index].is_some_and(|last| date < last);
                    self.backward[index] += u64::from(back);
                    self.last[index] = Some(date);
                }
            }
        }
        if let Some(last) = self.last_numbers {
            for place in 0..3 {
                self.changes[place] += u64::from(last[place] != numbers[place]);
            }
        }
        self.last_numbers = Some(numbers);
        // CLDR has no `M.d.y` and no `M-d-y`, and `yy. M. d.` only with spaces.
        let (dot, dash) = (header.separator == '.', header.separator == '-');
        self.unheard[1] |= dot || dash;
        self.unheard[2] |= dot && !header.spaced;
    }

    fn add_marker(&mut self, header: &Header<'_>) {
        let Some(marker) = header.marker.as_deref() else {
            return;
        };
        if known_half(marker).is_some() {
            return;
        }
        let known = self.markers.iter().position(|(known, _)| known == marker);
        let index = match known {
            Some(index) => index,
            None if self.markers.len() < MAX_MARKERS => {
                self.markers.push((marker.to_owned(), false));
                self.markers.len() - 1
            }
            None => return,
        };
        self.markers[index].1 |= header.hour > 12;
        if let Some((date, last)) = self.last_marker
            && date == header.date
            && last < 2
            && index < 2
        {
            self.follows[last][index] += 1;
        }
        self.last_marker = Some((header.date, index));
    }

    /// Whether more headers can't change the outcome.
    pub(super) fn settled(&self) -> bool {
        let open = self.invalid.iter().filter(|invalid| **invalid == 0).count();
        let markers = self.markers.iter().all(|(_, late)| *late);
        markers && (self.headers == 0 || open == 1)
    }

    pub(super) fn calendar(&self) -> Calendar {
        let mut halves: Vec<(String, Half)> = Vec::new();
        for (marker, late) in &self.markers {
            if *late {
                halves.push((marker.clone(), Half::None));
            }
        }
        if let [(first, false), (second, false)] = &self.markers[..] {
            // On one day the morning comes first.
            let order = self.follows[0][1].cmp(&self.follows[1][0]);
            let (morning, afternoon) = match order {
                std::cmp::Ordering::Greater => (Some(first), Some(second)),
                std::cmp::Ordering::Less => (Some(second), Some(first)),
                std::cmp::Ordering::Equal => (None, None),
            };
            halves.extend(morning.map(|marker| (marker.clone(), Half::Morning)));
            halves.extend(afternoon.map(|marker| (marker.clone(), Half::Afternoon)));
        }
        Calendar { order: self.order(), halves }
    }

    fn order(&self) -> Option<Order> {
        // Where no order fits all lines, a few may be forged or come from elsewhere.
        let fits_all = self.invalid.contains(&0);
        let tolerated = if fits_all { 0 } else { self.headers / 50 };
        let mut alive: Vec<usize> = (0..3).filter(|&index| self.invalid[index] <= tolerated).collect();
        if self.headers == 0 || alive.is_empty() {
            return None;
        }
        let fewest = alive.iter().map(|&index| self.backward[index]).min().unwrap_or(0);
        alive.retain(|&index| self.backward[index] <= 2 * fewest);
        if let [index] = alive[..] {
            return Some(ORDERS[index]);
        }
        // The day changes more often than the month, and the month than the year.
        let [a, b, c] = self.changes;
        let changing = [(a, b, c), (b, a, c), (c, b, a)];
        let fits = |&index: &usize| {
            let (day, month, year) = changing[index];
            day >= month + 2 && month >= year
        };
        let fitting: Vec<usize> = alive.iter().copied().filter(fits).collect();
        if let [index] = fitting[..] {
            return Some(ORDERS[index]);
        }
        alive.retain(|&index| !self.unheard[index]);
        match alive[..] {
            [index] => Some(ORDERS[index]),
            _ => None,
        }
    }
}

/// How the dates of one file are read.
#[derive(Debug)]
pub(super) struct Calendar {
    order: Option<Order>,
    halves: Vec<(String, Half)>,
}

impl Calendar {
    /// The time of a header: ISO 8601 without a zone, or its own text where that is not certain.
    pub(super) fn sent_at(&self, header: &Header<'_>) -> String {
        self.iso(header).unwrap_or_else(|| header.raw.to_owned())
    }

    fn iso(&self, header: &Header<'_>) -> Option<String> {
        let (year, month, day) = self.date(header.date)?;
        let hour = self.hour(header)?;
        let (minute, second) = (header.minute, header.second.unwrap_or(0));
        Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"))
    }

    fn date(&self, numbers: [Number; 3]) -> Option<Date> {
        if numbers[0].digits == 4 {
            return civil(numbers[0], numbers[1], numbers[2]);
        }
        if let Some(date) = self.order.and_then(|order| order.date(numbers)) {
            return Some(date);
        }
        // The line itself may leave no choice, or a choice that makes no difference.
        let mut dates = ORDERS.into_iter().filter_map(|order| order.date(numbers));
        let first = dates.next()?;
        dates.all(|other| other == first).then_some(first)
    }

    fn hour(&self, header: &Header<'_>) -> Option<u32> {
        let hour = header.hour;
        let half = match header.marker.as_deref() {
            None => Half::None,
            Some(marker) => match known_half(marker) {
                Some(half) => half,
                None if hour > 12 => Half::None,
                None => self.halves.iter().find(|(known, _)| known == marker)?.1,
            },
        };
        match half {
            Half::Morning if hour == 12 => Some(0),
            Half::Afternoon if hour < 12 => Some(hour + 12),
            _ => Some(hour).filter(|hour| *hour < 24),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::header;
    use super::*;

    /// The times of some headers, read together.
    fn times(lines: &[&str]) -> Vec<String> {
        let lines: Vec<String> = lines.iter().map(|line| format!("{line} - A: x")).collect();
        let headers: Vec<_> = lines.iter().map(|line| header::parse(line).expect("a header")).collect();
        let mut evidence = Evidence::default();
        for header in &headers {
            evidence.add(header);
        }
        let calendar = evidence.calendar();
        headers.iter().map(|header| calendar.sent_at(header)).collect()
    }

    #[test]
    fn order_of_the_file() {
        let table: [(&[&str], &[&str]); 12] = [
            (&["01/02/2026, 10:00", "13/02/2026, 10:00"], &["2026-02-01T10:00:00", "2026-02-13T10:00:00"]),
            (&["01/02/2026, 10:00", "01/13/2026, 10:00"], &["2026-01-02T10:00:00", "2026-01-13T10:00:00"]),
            (&["2026/01/02, 10:00"], &["2026-01-02T10:00:00"]),
            // Not decided.
            (&["01/02/2026, 10:00"], &["01/02/2026, 10:00"]),
            (&["26-11-14, 10:00"], &["26-11-14, 10:00"]),
            // No difference.
            (&["02/02/2026, 10:00"], &["2026-02-02T10:00:00"]),
            // Steps back.
            (&["05/01/2026, 10:00", "02/02/2026, 10:00"], &["2026-01-05T10:00:00", "2026-02-02T10:00:00"]),
            (&["26-11-14, 10:00", "26-12-01, 10:00"], &["2026-11-14T10:00:00", "2026-12-01T10:00:00"]),
            // The day changes.
            (
                &["01/02/2026, 10:00", "02/02/2026, 10:00", "03/02/2026, 10:00"],
                &["2026-02-01T10:00:00", "2026-02-02T10:00:00", "2026-02-03T10:00:00"],
            ),
            // Separators.
            (&["01.02.26, 10:00"], &["2026-02-01T10:00:00"]),
            (&["01-02-2026, 10:00"], &["2026-02-01T10:00:00"]),
            // A year of another calendar.
            (&["2569/01/02, 10:00"], &["2569/01/02, 10:00"]),
        ];
        for (lines, expected) in table {
            assert_eq!(times(lines), expected);
        }
    }

    #[test]
    fn halves_of_the_day() {
        let table: [(&[&str], &[&str]); 6] = [
            (
                &["2026/01/02, 12:05 AM", "2026/01/02, 12:05 p.m.", "2026/01/02, 1:05 pm"],
                &["2026-01-02T00:05:00", "2026-01-02T12:05:00", "2026-01-02T13:05:00"],
            ),
            (&["2026/01/02, 10:05 xx", "2026/01/02, 1:05 yy"], &["2026-01-02T10:05:00", "2026-01-02T13:05:00"]),
            (
                &["2026/01/02, 1:05 yy", "2026/01/03, 10:05 xx", "2026/01/03, 1:05 yy"],
                &["2026-01-02T13:05:00", "2026-01-03T10:05:00", "2026-01-03T13:05:00"],
            ),
            (&["2026/01/02, 10:05 xx"], &["2026/01/02, 10:05 xx"]),
            (&["2026/01/02 kl 10.05", "2026/01/02 kl 13.05"], &["2026-01-02T10:05:00", "2026-01-02T13:05:00"]),
            (&["2026/01/02, 24:05"], &["2026/01/02, 24:05"]),
        ];
        for (lines, expected) in table {
            assert_eq!(times(lines), expected);
        }
    }

    #[test]
    fn a_forged_line_does_not_turn_the_file() {
        let mut lines: Vec<String> = (1..=28).cycle().take(100).map(|day| format!("{day:02}/02/2026, 10:00")).collect();
        lines.push("02/25/2026, 10:00".to_owned());
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let times = times(&lines);
        assert_eq!(times[2], "2026-02-03T10:00:00");
        assert_eq!(times[100], "2026-02-25T10:00:00");
    }
}
