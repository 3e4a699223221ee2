//! Origins that are, or are nearly, those of a list.

use alloc::{string::String, vec::Vec};

use proptest::{
    arbitrary::any,
    sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use super::{
    listed_origins::meant_by,
    origin_mutations::{
        BEFORE, BEFORE_HOST, BEHIND, BEHIND_HOST, BETWEEN, CHARACTERS, EDITS, Edit, EditKind,
        LENGTHS, OTHERS, PORTS,
    },
    policy_spec::PolicySpec,
};

/// Where nothing is listed.
pub(crate) const UNLISTED: &str = "https://a.example";
pub(super) const OTHER: &str = "https://b.example";

/// Bytes of an Origin header that are one of the policy's origins, or close to one.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, origin_near};
/// use proptest::{strategy::{Strategy, ValueTree}, test_runner::TestRunner};
///
/// let origins = origin_near(&PolicySpec::from_origins(["https://a.example"]));
/// assert!(!origins.new_tree(&mut TestRunner::deterministic())?.current().is_empty());
/// # Ok::<(), proptest::test_runner::Reason>(())
/// ```
pub fn origin_near(spec: &PolicySpec) -> impl Strategy<Value = Vec<u8>> + use<> {
    let listed: Vec<String> = meant(spec).cloned().collect();
    let near = match listed.is_empty() {
        true => meant_by(UNLISTED),
        false => (sample::select(listed.clone()), Just(()))
            .prop_flat_map(|(entry, ())| meant_by(&entry))
            .boxed(),
    };
    let other = match listed.is_empty() {
        true => Just(String::from(OTHER)).boxed(),
        false => sample::select(listed).boxed(),
    };
    (near, other, edit()).prop_map(|(origin, other, edit)| edit.bytes(&origin, &other))
}

/// What a policy's origins are written as.
pub(crate) fn meant(spec: &PolicySpec) -> impl Iterator<Item = &String> {
    let predicate = spec.predicate.iter().map(|predicate| &predicate.origin);
    spec.listed_origins().iter().chain(predicate)
}

fn edit() -> BoxedStrategy<Edit> {
    let kinds = EDITS.iter().map(|(weight, kind)| (*weight, kind.edits()));
    Union::new_weighted(kinds.collect()).boxed()
}

impl EditKind {
    fn edits(self) -> BoxedStrategy<Edit> {
        let at = any::<usize>;
        let character = || sample::select(CHARACTERS);
        match self {
            Self::Nothing => Just(Edit::Nothing).boxed(),
            Self::Replaced => (at(), character())
                .prop_map(|(at, c)| Edit::Replaced(at, c))
                .boxed(),
            Self::Removed => at().prop_map(Edit::Removed).boxed(),
            Self::Inserted => (at(), character())
                .prop_map(|(at, c)| Edit::Inserted(at, c))
                .boxed(),
            Self::Before => sample::select(BEFORE).prop_map(Edit::Before).boxed(),
            Self::BeforeHost => sample::select(BEFORE_HOST)
                .prop_map(Edit::BeforeHost)
                .boxed(),
            Self::BehindHost => sample::select(BEHIND_HOST)
                .prop_map(Edit::BehindHost)
                .boxed(),
            Self::Behind => sample::select(BEHIND).prop_map(Edit::Behind).boxed(),
            Self::WithoutFirstLabel => Just(Edit::WithoutFirstLabel).boxed(),
            Self::OtherScheme => Just(Edit::OtherScheme).boxed(),
            Self::OtherPort => sample::select(PORTS).prop_map(Edit::OtherPort).boxed(),
            Self::UpperCase => Just(Edit::UpperCase).boxed(),
            Self::Joined => sample::select(BETWEEN).prop_map(Edit::Joined).boxed(),
            Self::LongHost => sample::select(LENGTHS).prop_map(Edit::LongHost).boxed(),
            Self::Instead => sample::select(OTHERS).prop_map(Edit::Instead).boxed(),
        }
    }
}
