//! A report about the recordings of many vectors, compared with the standard and with the quirks of the engines.

mod comparison;
mod page;

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

pub use comparison::{EngineComparison, RecordedComparison, family};

use super::Difference;
use crate::engine::{Engine, Quirk};

/// The counts of the recordings of an engine: all recordings, the recordings that agree with the standard, and the
/// recordings that agree with the outcome that the quirks predict.
///
/// ```
/// use fetch_cors::cases::EngineShare;
/// let share = EngineShare { recorded: 3, standard: 2, predicted: 3 };
/// assert_eq!((share.of_standard().to_string(), share.of_quirks().to_string()), ("66.6 %".into(), "100.0 %".into()));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)] // Exhaustive: three counts define the two shares.
pub struct EngineShare {
    /// The number of recordings.
    pub recorded: u64,
    /// The number of recordings that agree with the standard.
    pub standard: u64,
    /// The number of recordings that agree with the outcome that the engine's quirks predict.
    pub predicted: u64,
}

impl EngineShare {
    /// Returns the percentage of recordings that agree with the standard.
    pub const fn of_standard(self) -> Percentage {
        Percentage::new(self.standard, self.recorded)
    }

    /// Returns the percentage of recordings that agree with the outcome that the quirks predict.
    pub const fn of_quirks(self) -> Percentage {
        Percentage::new(self.predicted, self.recorded)
    }
}

/// A percentage with one decimal place. The value is rounded down, so `100.0 %` means all recordings.
///
/// ```
/// use fetch_cors::cases::EngineShare;
/// let share = EngineShare { recorded: 1000, standard: 999, predicted: 0 };
/// assert_eq!(share.of_standard().to_string(), "99.9 %");
/// assert_eq!(EngineShare::default().of_standard().to_string(), "–");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percentage(Option<u64>);

impl Percentage {
    const fn new(part: u64, whole: u64) -> Self {
        Self(part.saturating_mul(1000).checked_div(whole))
    }
}

impl fmt::Display for Percentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(tenths) => write!(f, "{}.{} %", tenths / 10, tenths % 10),
            None => f.write_str("–"),
        }
    }
}

/// The recordings of test vectors in browser engines, compared with the standard and with the quirks of the engines.
///
/// ```
/// use fetch_cors::cases::{EngineReport, RecordedComparison};
/// use fetch_cors::engine::Engine;
///
/// let json = r#"{"case":{"id":"a-1","fetches":[{"origin":"http://a","url":"http://b/","headers":[["Intervention","x"]]}],"server":[]},
///     "observed":{"chromium":{"fetches":[{"result":{"type":"error"},"requests":[
///         {"method":"GET","url":"http://b/","headers":[["intervention","x"],["origin","http://a"]],"credentials":false}]}]}}}"#;
/// let mut report = EngineReport::new();
/// report.add(RecordedComparison::parse(json)?);
/// let share = report.share(Engine::Chromium);
/// assert_eq!((share.recorded, share.standard, share.predicted), (1, 0, 1));
/// let page = report.to_html("Recordings of <today>", "a test");
/// assert!(page.contains("Recordings of &lt;today&gt;") && page.contains("intervention-is-safelisted"));
/// # Ok::<(), fetch_cors::cases::LineError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct EngineReport {
    families: BTreeMap<String, BTreeMap<Engine, EngineShare>>,
    departures: BTreeMap<Quirk, Departure>,
    /// The recordings that equal neither the standard's outcome nor the outcome that the quirks predict.
    unnamed: Vec<Unnamed>,
}

/// The recordings that show a quirk.
#[derive(Debug, Clone, Default)]
struct Departure {
    counts: BTreeMap<Engine, u64>,
    example: Option<Example>,
}

/// The example of a quirk: the recording with the fewest quirks. Of several recordings with the same number of quirks,
/// the example is the recording whose vector has the shortest text.
#[derive(Debug, Clone)]
struct Example {
    quirks: usize,
    engine: Engine,
    /// The text of the vector.
    json: String,
    /// The differences from the standard.
    differences: Vec<Difference>,
}

impl Example {
    const fn size(&self) -> (usize, usize) {
        (self.quirks, self.json.len())
    }
}

/// A recording that equals neither the standard's outcome nor the outcome that the quirks predict.
#[derive(Debug, Clone)]
struct Unnamed {
    id: String,
    engine: Engine,
    /// The differences from the outcome that the quirks predict.
    differences: Vec<Difference>,
}

impl EngineReport {
    /// Creates a report without recordings.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the recordings of `comparison` to the report.
    pub fn add(&mut self, comparison: RecordedComparison) {
        let family = comparison.family().to_string();
        let RecordedComparison { id, engines, json } = comparison;
        for compared in engines {
            let is_unnamed = compared.is_unnamed();
            let EngineComparison {
                engine,
                standard,
                predicted,
                quirks,
            } = compared;
            let shares = self.families.entry(family.clone()).or_default();
            let share = shares.entry(engine).or_default();
            share.recorded += 1;
            share.standard += u64::from(standard.is_empty());
            share.predicted += u64::from(predicted.is_empty());
            for &quirk in &quirks {
                let departure = self.departures.entry(quirk).or_default();
                *departure.counts.entry(engine).or_default() += 1;
                let Some(json) = &json else { continue };
                let example = departure.example.as_ref().map(Example::size);
                if example.is_none_or(|size| (quirks.len(), json.len()) < size) {
                    departure.example = Some(Example {
                        quirks: quirks.len(),
                        engine,
                        json: json.clone(),
                        differences: standard.clone(),
                    });
                }
            }
            if is_unnamed {
                self.unnamed.push(Unnamed {
                    id: id.clone(),
                    engine,
                    differences: predicted,
                });
            }
        }
    }

    /// Counts all recordings of an engine, the recordings that agree with the standard, and the recordings that agree
    /// with the prediction of the quirks.
    pub fn share(&self, engine: Engine) -> EngineShare {
        let shares = self.families.values().filter_map(|row| row.get(&engine));
        shares.fold(EngineShare::default(), |sum, share| EngineShare {
            recorded: sum.recorded + share.recorded,
            standard: sum.standard + share.standard,
            predicted: sum.predicted + share.predicted,
        })
    }

    /// Returns an HTML page. The page has the percentages by family and engine, each quirk with an example, and the
    /// recordings that equal neither the standard's outcome nor the outcome that the quirks predict. `source` is a text
    /// that describes the files of the recordings.
    pub fn to_html(&self, title: &str, source: &str) -> String {
        page::page(self, title, source)
    }
}
