//! The pack proves itself, and a broken one is refused whole.

use std::fs;
use std::path::Path;

use queja::{RulePack, eval};

#[test]
fn every_example_holds() {
    let pack = RulePack::load_builtin().unwrap_or_else(|error| panic!("{error}"));
    let faults = eval::check_examples(&pack);
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn every_rule_has_examples_for_and_against() {
    for rule in RulePack::builtin().rules() {
        assert!(rule.examples().count() >= 1, "{}", rule.id());
        assert!(rule.negative_examples().count() >= 2, "{}", rule.id());
    }
}

#[test]
fn the_schema_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/rule.schema.json");
    let kept = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(kept, RulePack::schema(), "regenerate it: cargo run -- rules schema > rules/rule.schema.json");
}

#[test]
fn texts_have_no_gap() {
    let pack = RulePack::builtin();
    for lang in pack.reader_languages() {
        for level in ["clear", "notice", "warn", "report"] {
            assert_ne!(pack.level_title(level, lang), "", "{lang} {level}");
        }
        for signal in [
            "messaging_app",
            "phone_redirect",
            "email_redirect",
            "external_link",
            "personal_account",
            "unofficial_payment",
            "fee_evasion",
            "in_person_deal",
            "filter_evasion",
        ] {
            assert_ne!(pack.signal_title(signal, lang), signal, "{lang} has no title for {signal}");
        }
    }
}

/// A pack with these files over a minimal sound one.
fn broken(files: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    RulePack::from_dir(folder.path()).map_or_else(|error| error.to_string(), |_| String::new())
}

const IDENTITY: &str = r#"
name = "test"
version = "1"
engine = "0.1"
[[signal]]
id = "messaging_app"
cap = 0.9
loses = "chat"
unless = []
[[concept]]
name = "reach"
tier = "strong"
"#;

#[test]
fn names_by_language_are_checked() {
    let apps = r#"
[[app]]
id = "line"
title = "LINE"
kind = "messenger"
ambiguous = ["line"]
sure_in = { line = ["xx"] }
only_in = { lime = [] }
"#;
    let told = broken(&[("pack.toml", IDENTITY), ("apps.toml", apps)]);
    assert!(told.contains("no language is called `xx`"), "{told}");
    assert!(told.contains("`lime` is no ambiguous name of `line`"), "{told}");
}

#[test]
fn all_faults_are_told_at_once() {
    let told = broken(&[
        ("pack.toml", IDENTITY),
        ("concepts/xx.toml", "language = \"xx\"\n[concepts]\nreech = [\"add me\"]\nreach = [\"[a|b\"]\n"),
        (
            "signals/messaging_app.toml",
            "[[rule]]\nid = \"messaging_app.a\"\ntitle = \"A\"\nsignal = \"messaging_ap\"\nweight = 1.5\nwhen = \"reach & (ap\"\n",
        ),
        ("texts/xx.toml", "language = \n"),
        ("notes.toml", ""),
    ]);
    insta::assert_snapshot!(told);
}

#[test]
fn a_pack_for_another_engine_is_refused() {
    let told = broken(&[("pack.toml", &IDENTITY.replace("0.1", "9.0"))]);
    assert!(told.contains("[engine]") && told.contains("9.0"), "{told}");
}

#[test]
fn an_empty_folder_is_no_pack() {
    let told = broken(&[]);
    assert!(told.contains("[empty]"), "{told}");
}

#[test]
fn an_overlay_adds_words_and_disables_rules() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("concepts")).unwrap();
    fs::write(folder.path().join("concepts/en.toml"), "language = \"en\"\n[concepts]\nreach_me = [\"blorp me\"]\n")
        .unwrap();
    fs::write(folder.path().join("pack.toml"), "[disable]\nrules = [\"messaging_app.link\"]\n").unwrap();
    let pack = RulePack::overlay(folder.path()).unwrap();
    assert!(pack.rules().any(|rule| rule.id() == "messaging_app.link" && !rule.is_enabled()));
    let detector = queja::Detector::builder().rules(pack).build();
    assert_eq!(detector.assess("blorp me on WhatsApp").level, queja::Level::Report);
}
