//! One table per fold step: what is written, and what a word of the pack is
//! compared with.

use std::sync::LazyLock;

use queja::{Detector, EvasionKind};

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::new);

fn table(rows: &[(&str, &str)]) {
    for (text, folded) in rows {
        assert_eq!(DETECTOR.fold(text).trim(), *folded, "{text}");
    }
}

#[test]
fn case_and_accents() {
    table(&[
        ("Escríbeme", "escribeme"),
        ("ÀÉÎÕÜ", "aeiou"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("İSTANBUL", "istanbul"),
    ]);
}

#[test]
fn punctuation_runs_are_one_space() {
    table(&[("add me, on: WhatsApp!!", "add me on whatsapp"), ("a -- b", "a b"), ("don’t", "don't")]);
}

#[test]
fn compatibility_forms() {
    table(&[("ＷｈａｔｓＡｐｐ", "whatsapp"), ("𝐖𝐡𝐚𝐭𝐬", "whats"), ("①②③", "123"), ("ｶﾅ", "カナ"), ("ﬁne", "fine")]);
}

#[test]
fn invisible_characters() {
    table(&[("w\u{200b}h\u{ad}a\u{2060}ts", "whats"), ("تليـــجرام", "تليجرام"), ("\u{feff}hola", "hola")]);
}

#[test]
fn combining_marks() {
    table(&[("w\u{336}h\u{336}a\u{336}t\u{336}s\u{336}", "whats"), ("e\u{301}", "e"), ("か\u{3099}", "が")]);
}

#[test]
fn digits_of_every_script() {
    table(&[
        ("٠١٢٣", "0123"),
        ("०१२", "012"),
        ("๓๔๕", "345"),
        ("６７８", "678"),
        ("1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}", "12"),
    ]);
}

#[test]
fn lookalikes_in_mixed_words_only() {
    table(&[
        ("Whаtsаpp", "whatsapp"),
        ("pay with РауРаl", "pay with paypal"),
        ("привет", "привет"),
        ("Καλημέρα", "καλημερα"),
        ("iPhoneами", "iphoneами"),
    ]);
}

#[test]
fn traditional_is_simplified() {
    table(&[("轉帳給我", "转账给我"), ("訂單", "订单")]);
}

#[test]
fn undone_is_remembered() {
    for (text, kind) in [
        ("add me on Whаtsаpp", EvasionKind::Homoglyph),
        ("add me on wh4ts4pp", EvasionKind::Leet),
        ("add me on w.h.a.t.s.a.p.p", EvasionKind::Spacing),
        ("add me on Whats\u{200b}App", EvasionKind::ZeroWidth),
        ("my number is oh seven seven double oh nine hundred one two three", EvasionKind::SpelledDigits),
    ] {
        let assessment = DETECTOR.assess(text);
        assert!(assessment.evasion.iter().any(|evasion| evasion.kind == kind), "{text}: {:?}", assessment.evasion);
        for evasion in &assessment.evasion {
            assert_eq!(&text[evasion.span.range()], evasion.span.text);
        }
    }
}
