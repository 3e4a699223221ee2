//! The page with the share of equal outcomes, by family and engine.

use super::table::{Share, Table};

const STYLE: &str = "\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 50rem; margin: 0 auto; padding: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; padding-block: .5rem; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); text-align: end; white-space: nowrap; }
th:first-child { text-align: start; }
small { opacity: .75; display: block; }
footer { opacity: .75; margin-top: 2rem; overflow-wrap: anywhere; }
";

/// The page.
pub fn page(table: &Table, source: &str) -> String {
    let engines = table.engines();
    let heads: String = engines
        .iter()
        .map(|engine| format!("<th scope=col>{}</th>", engine.name()))
        .collect();
    let rows: String = table
        .rows()
        .iter()
        .map(|row| {
            let cells: String = engines
                .iter()
                .map(|&engine| cell(table.share(row, engine)))
                .collect();
            format!("<tr><th scope=row>{row}</th>{cells}</tr>\n")
        })
        .collect();
    format!(
        "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n<meta name=viewport content=\"width=device-width\">\n\
         <title>Browsers and the library</title>\n<style>\n{STYLE}</style>\n<h1>Browsers and the library</h1>\n\
         <p>The share of generated cases in which the engine does exactly what the library says: the same requests, and the same result for script.</p>\n\
         <div class=scroll tabindex=0 role=region aria-label=\"Table of families and engines\">\n<table>\n\
         <caption>Equal outcomes, by family of cases and engine</caption>\n\
         <thead><tr><th scope=col>family</th>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</div>\n\
         <footer>{}</footer>\n</html>\n",
        escape(source)
    )
}

fn cell(Share { equal, all }: Share) -> String {
    if all == 0 {
        return "<td>–</td>".to_owned();
    }
    // The percentage is rounded down, so that 100 % means all cases.
    let tenths = equal * 1000 / all;
    format!(
        "<td>{}.{} %<small>{equal} of {all}</small></td>",
        tenths / 10,
        tenths % 10
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{browser::engine::Engine, record::vector::Judged};

    #[test]
    fn page_has_the_shares() {
        let judged = |differences: &[&str]| Judged {
            id: String::new(),
            family: "check".to_owned(),
            engines: vec![(
                Engine::Firefox,
                differences.iter().map(|&text| text.to_owned()).collect(),
            )],
            quirks: Vec::new(),
        };
        let table = Table::new(&[judged(&[]), judged(&[]), judged(&["a"])]);
        let page = page(&table, "a < b");
        assert!(page.contains("<td>66.6 %<small>2 of 3</small></td>"));
        assert!(page.contains("<footer>a &lt; b</footer>"));
    }
}
