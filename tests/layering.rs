//! Which folder of `src/` may name which. The browser's side and the server's side never name each other, so
//! that checking one against the other means something.

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

/// A layer and all that it may name besides itself.
const LAYERS: Layers<'static> = &[
    ("failure", ""),
    ("infrastructure", "failure"),
    ("fetching", "failure infrastructure"),
    ("api", "failure infrastructure fetching"),
    ("outcome", "failure infrastructure fetching api"),
    ("browser", "infrastructure fetching api outcome"),
    ("server", "failure infrastructure"),
    ("tower", "infrastructure server"),
    (
        "cases",
        "failure infrastructure fetching api outcome server",
    ),
    (
        "conformance",
        "failure infrastructure fetching api outcome server cases",
    ),
    ("guide", ""),
];

#[test]
fn every_layer_names_only_what_it_may() -> Result<(), Box<dyn Error>> {
    assert_none(&layers::offences(&tree::read()?, LAYERS));
    Ok(())
}

fn assert_none(offences: &[String]) {
    let count = offences.len();
    assert!(count == 0, "{count} offences:\n{}", offences.join("\n"));
}
