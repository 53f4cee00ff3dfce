//! What holds for every text.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::thread;

use proptest::prelude::*;
use queja::{Conversation, Detector, Level, Message};

static DETECTOR: LazyLock<Detector> = LazyLock::new(Detector::new);

/// Text that looks like chat in disguise: words of the trade, digits, signs,
/// marks, invisible characters and many scripts, in any order.
fn chat() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => prop::sample::select(vec![
            "add me", "WhatsApp", "微信", "加我", "my number", "0770 0900123", "@lily_88", "joe (at) gmail dot com",
            "don't", "t.me/abc", "IBAN GB82 WEST 1234 5698 7654 32", "双", "five", "oh", "double", "вотсап", "واتساب",
            "w.h.a.t.s", "wh4ts4pp", "\u{200b}", "\u{301}", "\u{20e3}", "6\u{fe0f}", "🟢", "，", "。", ". ", "\n", "(", "@",
            "+", "punto com", "Ａｄｄ", "\u{202e}", "カカオ", "ไลน์", "\u{1f1e6}", "亻", "言",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z0-9 .,@+-]{0,12}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn assess_never_fails_and_spans_fit(text in chat()) {
        let explanation = DETECTOR.explain(text.as_str());
        let assessment = &explanation.assessment;
        prop_assert!((0.0..=1.0).contains(&assessment.score.value));
        prop_assert_eq!(assessment.suggestion.is_some(), assessment.level == Level::Report);
        let findings = assessment.signals.iter().flat_map(|signal| &signal.findings).flat_map(|finding| &finding.spans);
        let spans = findings
            .chain(assessment.entities.iter().map(|entity| &entity.span))
            .chain(assessment.evasion.iter().map(|evasion| &evasion.span))
            .chain(explanation.concepts.iter().map(|hit| &hit.span));
        for span in spans {
            prop_assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end));
            prop_assert_eq!(&text[span.range()], span.text.as_str());
            prop_assert_eq!(span.chars_in(&text).len(), span.text.chars().count());
        }
    }

    #[test]
    fn any_text_at_all(text in any::<String>()) {
        let _ = DETECTOR.assess(text.as_str());
    }

    #[test]
    fn folding_twice_is_folding_once(text in chat()) {
        let once = DETECTOR.fold(&text);
        prop_assert_eq!(DETECTOR.fold(&once), once);
    }

    #[test]
    fn without_findings_there_is_no_score(text in chat()) {
        let assessment = DETECTOR.assess(text.as_str());
        if assessment.signals.is_empty() {
            prop_assert_eq!(assessment.level, Level::Clear);
            prop_assert!(assessment.score.value.abs() < 1e-12);
            prop_assert!(assessment.score.terms.is_empty());
        }
    }

    #[test]
    fn conversations_never_fail(texts in prop::collection::vec(chat(), 0..8)) {
        let mut conversation = Conversation::new(&DETECTOR);
        for (index, text) in texts.iter().enumerate() {
            let assessment = conversation.push(Message::new(text).sender(if index % 3 == 0 { "a" } else { "b" }));
            for span in assessment.signals.iter().flat_map(|s| &s.findings).flat_map(|f| &f.spans) {
                prop_assert_eq!(&text[span.range()], span.text.as_str());
            }
        }
    }
}

fn clean_lines() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/clean");
    let mut lines = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let language = path.file_stem().unwrap().to_string_lossy().into_owned();
        lines.extend(fs::read_to_string(&path).unwrap().lines().map(|line| (language.clone(), line.to_owned())));
    }
    assert!(lines.len() > 300);
    lines
}

/// Real text of every script keeps its letters: no word is lost or joined, and
/// nothing in it counts as evasion.
#[test]
fn plain_text_of_every_script_survives() {
    for (language, line) in clean_lines() {
        let folded = DETECTOR.fold(&line);
        let letters = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
        assert!(letters(&folded) * 10 >= letters(&line) * 9, "{language}: {line}\nfolds to {folded}");
        let evasion = DETECTOR.assess(line.as_str()).evasion;
        assert!(evasion.is_empty(), "{language}: {line}: {evasion:?}");
    }
}

#[test]
fn threads_agree() {
    let lines = clean_lines();
    let texts: Vec<&str> =
        lines.iter().map(|(_, line)| line.as_str()).chain(["add me on WhatsApp +44 7700 900123"; 20]).collect();
    let alone: Vec<_> = texts.iter().map(|text| DETECTOR.assess(*text)).collect();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| texts.iter().map(|text| DETECTOR.assess(*text)).collect::<Vec<_>>()))
            .collect();
        for worker in workers {
            assert_eq!(worker.join().unwrap(), alone);
        }
    });
}

/// Cost must grow with the text, not with its square.
#[test]
fn long_hostile_texts_end() {
    for unit in
        ["1", "@", "add me ", "a ", "\u{301}", "\u{200b}", "w.", "five ", "微 ", "(", "x@y.", "0770 ", "not WhatsApp "]
    {
        let text = unit.repeat(200_000 / unit.len());
        let _ = DETECTOR.assess(text.as_str());
    }
}

#[test]
fn detector_is_shared_between_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Detector>();
}
