//! The pipeline's cost: folding, clean and guilty messages, a mixed stream, and
//! building the detector. `cargo bench` prints them; `benches/RESULTS.md` keeps
//! the last committed figures.
//!
//! Each benchmark first asserts what it finds, so that a wrong answer can't be fast.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use queja::{Detector, Level, RulePack};

/// Innocent lines of one language, written for this purpose.
fn clean(language: &str) -> Vec<String> {
    let path = format!("{}/fixtures/clean/{language}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(str::to_owned).collect()
}

/// Solicitations of the part of the corpus that rule authors read.
fn guilty() -> Vec<String> {
    let path = format!("{}/fixtures/corpus/read/messages.en.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|record| record["label"] == "solicitation")
        .filter_map(|record| record["text"].as_str().map(str::to_owned))
        .collect()
}

fn bytes(messages: &[String]) -> u64 {
    messages.iter().map(|message| message.len() as u64).sum()
}

fn reports(detector: &Detector, messages: &[String]) -> usize {
    messages.iter().filter(|message| detector.assess(message.as_str()).level == Level::Report).count()
}

fn fold(c: &mut Criterion) {
    let detector = Detector::new();
    let mut group = c.benchmark_group("fold");
    for language in ["en", "es", "ru", "zh-Hans", "ar"] {
        let messages = clean(language);
        assert!(detector.fold(&messages[0]).len() > 10);
        group.throughput(Throughput::Bytes(bytes(&messages)));
        group.bench_with_input(BenchmarkId::from_parameter(language), &messages, |b, messages| {
            b.iter(|| messages.iter().map(|message| detector.fold(black_box(message)).len()).sum::<usize>());
        });
    }
    group.finish();
}

fn scan(c: &mut Criterion) {
    let detector = Detector::new();
    let mut group = c.benchmark_group("scan");
    for language in ["en", "es", "ru", "zh-Hans", "ar"] {
        let messages = clean(language);
        assert!(reports(&detector, &messages) <= 2, "{language}: clean messages are clean, but for known false alarms");
        group.throughput(Throughput::Bytes(bytes(&messages)));
        group.bench_with_input(BenchmarkId::new(language, "clean"), &messages, |b, messages| {
            b.iter(|| reports(&detector, black_box(messages)));
        });
    }
    let messages = guilty();
    assert!(reports(&detector, &messages) * 10 > messages.len() * 8, "guilty messages are found");
    group.throughput(Throughput::Bytes(bytes(&messages)));
    group.bench_with_input(BenchmarkId::new("en", "dense"), &messages, |b, messages| {
        b.iter(|| reports(&detector, black_box(messages)));
    });
    // 60 % English, 20 % Latin with marks, 20 % other scripts; one in twenty guilty.
    let streams = [clean("en"), clean("en"), clean("en"), clean("es"), clean("ru")];
    let mut mixed: Vec<String> = (0..400).map(|i| streams[i % 5][i / 5 % streams[i % 5].len()].clone()).collect();
    for (i, message) in mixed.iter_mut().enumerate().filter(|(i, _)| i % 20 == 19) {
        message.clone_from(&messages[i % messages.len()]);
    }
    group.throughput(Throughput::Elements(mixed.len() as u64));
    group.bench_with_input(BenchmarkId::new("mixed", "rare"), &mixed, |b, messages| {
        b.iter(|| reports(&detector, black_box(messages)));
    });
    group.finish();
}

fn build(c: &mut Criterion) {
    let mut group = c.benchmark_group("build");
    group.sample_size(10);
    group.bench_function("builtin", |b| b.iter(Detector::new));
    // The same rules as a pack of somebody else's, from its files.
    let load = || RulePack::load_builtin().unwrap_or_else(|error| panic!("{error}"));
    let pack = load();
    group.bench_function("load", |b| b.iter(load));
    group.bench_function("compile", |b| b.iter(|| Detector::builder().rules(black_box(pack.clone())).build()));
    group.finish();
}

criterion_group!(benches, fold, scan, build);
criterion_main!(benches);
