//! Points in time as exports write them, brought to ISO 8601 where they are plain.

/// The civil date of a day, counted from 1970-01-01: year, month, day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    // Eras of 400 years that start on 1 March; the arithmetic is Howard Hinnant's.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Seconds since 1970 as RFC 3339 in UTC, for the years 0 to 9999.
pub(super) fn from_unix(seconds: i64) -> Option<String> {
    let (year, month, day) = civil_from_days(seconds.div_euclid(86_400));
    if !(0..=9999).contains(&year) {
        return None;
    }
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// How many days a month has.
pub(super) fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Whether `text` has the shape `dddd-dd-dd` and then `T` or a space and `dd:dd:dd`.
fn is_iso_civil(text: &str) -> bool {
    text.len() == 19
        && text.bytes().zip("0000-00-00 00:00:00".bytes()).all(|(byte, shape)| match shape {
            b'0' => byte.is_ascii_digit(),
            b' ' => byte == b' ' || byte == b'T',
            _ => byte == shape,
        })
}

/// A local date and time such as `2024-01-15T10:30:00`, if `text` is one.
pub(super) fn local(text: &str) -> Option<String> {
    is_iso_civil(text).then(|| text.replace(' ', "T"))
}

/// A time as tables write it: seconds, milli-, micro- or nanoseconds since 1970 and the shape
/// `2026-01-01 10:00:00 UTC` become ISO 8601; everything else stays as it is.
pub(super) fn normalise(text: String) -> String {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let scale = match text.len() {
            9 | 10 => 1,
            12 | 13 => 1_000,
            15 | 16 => 1_000_000,
            18 | 19 => 1_000_000_000,
            _ => return text,
        };
        let seconds = text.parse::<i64>().ok().and_then(|count| from_unix(count / scale));
        return seconds.unwrap_or(text);
    }
    let (civil, zone) = match text.strip_suffix(" UTC") {
        Some(civil) => (civil, "Z"),
        None => (text.as_str(), ""),
    };
    match local(civil) {
        Some(local) if civil.as_bytes().get(10) == Some(&b' ') => local + zone,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unix_seconds() {
        let table = [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_573_654_738, "2019-11-13T14:18:58Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ];
        for (seconds, expected) in table {
            assert_eq!(from_unix(seconds).as_deref(), Some(expected));
        }
        assert_eq!(from_unix(i64::MAX), None);
        assert_eq!(from_unix(i64::MIN), None);
    }

    #[test]
    fn plain_shapes_become_iso() {
        let table = [
            ("1573654738", "2019-11-13T14:18:58Z"),
            ("1573654738123", "2019-11-13T14:18:58Z"),
            ("2026-01-01 10:00:00 UTC", "2026-01-01T10:00:00Z"),
            ("2026-01-01 10:00:00", "2026-01-01T10:00:00"),
            ("2026-05-04T09:12:00Z", "2026-05-04T09:12:00Z"),
            ("2026-05-04", "2026-05-04"),
            ("20260504", "20260504"),
            ("1,70E+12", "1,70E+12"),
            ("", ""),
        ];
        for (given, expected) in table {
            assert_eq!(normalise(given.to_owned()), expected);
        }
    }
}
