//! Lines of tables whose fields are separated by commas, semicolons or tabulators.

/// The separator of a line: the most frequent one.
pub(crate) fn separator(line: &str) -> char {
    let count = |separator: char| line.chars().filter(|letter| *letter == separator).count();
    // of equally frequent ones the first
    [',', ';', '\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(',')
}

/// The fields of a line. A separator in quotes belongs to its field.
pub(crate) fn split(line: &str) -> Vec<String> {
    split_at(line, separator(line))
}

/// The fields of a line with that separator.
pub(crate) fn split_at(line: &str, separator: char) -> Vec<String> {
    let (mut fields, mut field, mut is_quoted) = (Vec::new(), String::new(), false);
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            _ if letter == separator && !is_quoted => {
                fields.push(std::mem::take(&mut field).trim().to_owned());
            }
            _ => field.push(letter),
        }
    }
    fields.push(field.trim().to_owned());
    fields
}
