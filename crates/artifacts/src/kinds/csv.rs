//! Lines of tables whose fields are separated by commas or semicolons.

/// The fields of a line; a comma or a semicolon in quotes belongs to its field.
pub(crate) fn split(line: &str) -> Vec<String> {
    let separator = if line.contains(',') { ',' } else { ';' };
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
