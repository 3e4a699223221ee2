//! Checks that each folder of `src/` names only the folders that it may name, and that no files import each other in a
//! circle. The browser side and the server side never name each other. Some tests compare the two sides, and such a
//! test finds a mistake only if the sides share no code.

use std::error::Error;

use layers::Layers;

#[path = "layering/circles.rs"]
mod circles;
#[path = "layering/imports.rs"]
mod imports;
#[path = "layering/layers.rs"]
mod layers;
#[path = "citations/lexer.rs"]
mod lexer;
#[path = "layering/paths.rs"]
mod paths;
#[path = "layering/tree.rs"]
mod tree;

/// Each layer, with the layers that its files may name.
const LAYERS: Layers<'static> = &[
    ("failure", ""),
    ("engine", "failure"),
    ("missing_scheme", ""),
    ("infrastructure", "failure engine missing_scheme"),
    ("fetching", "failure engine infrastructure"),
    ("api", "failure infrastructure fetching"),
    ("outcome", "failure infrastructure fetching api"),
    ("browser", "infrastructure fetching api outcome"),
    (
        "explain",
        "failure engine infrastructure fetching api outcome nearest_name json_error wording",
    ),
    ("nearest_name", ""),
    ("wording", ""),
    ("json_error", "nearest_name wording"),
    // `server` must not name `failure`, because the crate has no `failure` without the feature `browser`.
    ("server", "infrastructure nearest_name json_error wording"),
    ("actix_web", "server"),
    ("tower", "infrastructure server"),
    (
        "cases",
        "failure engine infrastructure missing_scheme nearest_name json_error fetching api outcome explain server wording",
    ),
    (
        "conformance",
        "failure engine infrastructure missing_scheme fetching api outcome explain server cases wording",
    ),
    (
        "recorded",
        "failure infrastructure fetching outcome explain server wording",
    ),
    ("guide", ""),
];

#[test]
fn every_layer_names_only_permitted_modules() -> Result<(), Box<dyn Error>> {
    assert_none(&layers::offences(&tree::read()?, LAYERS));
    Ok(())
}

fn assert_none(offences: &[String]) {
    let count = offences.len();
    assert!(count == 0, "{count} offences:\n{}", offences.join("\n"));
}

/// Groups of files that may import each other in a circle. These files have algorithms of the standard that call each
/// other.
const ALLOWED_CIRCLES: &[&[&str]] = &[&[
    "fetching/http_fetch.rs",
    "fetching/http_redirect_fetch.rs",
    "fetching/main_fetch.rs",
    "fetching/scheme_fetch.rs",
]];

#[test]
fn no_files_import_each_other_in_a_circle() -> Result<(), Box<dyn Error>> {
    assert_none(&circles::offences(&tree::read()?, ALLOWED_CIRCLES));
    Ok(())
}
