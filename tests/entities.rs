//! What is read as a contact point or an account, and which numbers are neither:
//! tables of `fixtures/entities`, one message a line.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use queja::{Detector, Entity, EntityKind, Message};

/// The lines of a table, split into their columns; a first column `!lang` marks what
/// is known to go wrong, and must be taken back once it no longer does.
fn rows(name: &str) -> Vec<(bool, Vec<String>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/entities").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let known = line.strip_prefix('!');
            (known.is_some(), known.unwrap_or(line).split('\t').map(Into::into).collect())
        })
        .collect()
}

fn kind(name: &str) -> EntityKind {
    match name {
        "phone" => EntityKind::Phone,
        "email" => EntityKind::Email,
        "link" => EntityKind::Link,
        "handle" => EntityKind::Handle,
        "bank_account" => EntityKind::BankAccount,
        "card" => EntityKind::Card,
        "wallet" => EntityKind::Wallet,
        "payment_id" => EntityKind::PaymentId,
        _ => panic!("{name} is no kind of entity"),
    }
}

fn language(lang: &str) -> &str {
    if lang == "zh-Hant" { "zh-Hans" } else { lang }
}

fn told_of(found: &[Entity]) -> String {
    let read: Vec<_> = found.iter().map(|entity| (entity.kind, &entity.value, entity.valid)).collect();
    format!("{read:?}")
}

#[test]
fn contacts_are_read() {
    let detector = Detector::new();
    let mut told = String::new();
    let rows = rows("contacts.tsv");
    for (known, row) in &rows {
        let [lang, wanted, value, text] = &row[..] else { panic!("{row:?}") };
        let found = detector.assess(Message::new(text).lang(language(lang))).entities;
        let holds = found.iter().any(|entity| entity.kind == kind(wanted) && entity.value == *value);
        if holds == *known {
            let _ = writeln!(
                told,
                "{lang} {wanted} {value}{}: {text}\n    {}",
                if holds { " (known miss)" } else { "" },
                told_of(&found)
            );
        }
    }
    assert!(told.is_empty(), "\n{told}");
    let missed = rows.iter().filter(|(known, _)| *known).count();
    assert!(missed * 20 <= rows.len(), "{missed} of {} known misses: more than one in twenty", rows.len());
}

#[test]
fn neutral_numbers_are_no_contacts() {
    let detector = Detector::new();
    let mut told = String::new();
    let rows = rows("neutral.tsv");
    for (known, row) in &rows {
        let [lang, text] = &row[..] else { panic!("{row:?}") };
        let found = detector.assess(Message::new(text).lang(language(lang))).entities;
        if found.is_empty() == *known {
            let _ = writeln!(told, "{lang}: {text}\n    {}", told_of(&found));
        }
    }
    assert!(told.is_empty(), "\n{told}");
    let missed = rows.iter().filter(|(known, _)| *known).count();
    assert!(missed <= 2, "{missed} of {} known false alarms", rows.len());
}
