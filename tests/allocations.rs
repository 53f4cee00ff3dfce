//! A message in which nobody speaks of figures, apps or accounts is assessed without a
//! single allocation, once the buffers of the thread have grown.

use queja::Detector;

/// Innocent lines of one language, written for this purpose.
fn clean(language: &str) -> Vec<String> {
    let path = format!("{}/fixtures/clean/{language}.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(str::to_owned).collect()
}

/// Figures are looked at closely, and that takes memory.
fn has_figures(message: &str) -> bool {
    message.chars().any(char::is_numeric)
}

#[test]
fn clean_messages_without_figures_allocate_nothing() {
    let detector = Detector::new();
    // A hinge and the colour green are names of apps as well: one line in English, one in Arabic.
    for (language, known) in [("en", 1), ("es", 0), ("ru", 0), ("ar", 1)] {
        let messages = clean(language);
        let plain: Vec<&str> = messages.iter().map(String::as_str).filter(|line| !has_figures(line)).collect();
        assert!(plain.len() >= 10, "{language}: {} lines say little", plain.len());
        for line in &messages {
            let _ = detector.assess(line.as_str());
        }
        let allocates = |line: &&&str| {
            allocation_counter::measure(|| {
                let _ = detector.assess(**line);
            })
            .count_total
                > 0
        };
        let allocating: Vec<_> = plain.iter().filter(allocates).collect();
        assert_eq!(allocating.len(), known, "{language}: {allocating:#?}");
    }
}
