//! Words of Windows in its languages: levels, and the labels of the fields of an event.
//!
//! A word that is in no published export was left out: an unknown level is an unknown level, not a guess.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::Level;

/// Level words of Windows that differ from those of java.util.logging, in UTF-8.
const LEVELS: &[(&str, Level)] = &[
    ("Verbose", Level::Debug),
    ("Audit Success", Level::Info),
    ("Audit Failure", Level::Warn),
    ("SuccessAudit", Level::Info),
    ("FailureAudit", Level::Warn),
    // German
    ("Informationen", Level::Info),
    ("Fehler", Level::Error),
    ("Kritisch", Level::Fatal),
    ("Ausführlich", Level::Debug),
    ("Warnung", Level::Warn),
    ("Überwachung erfolgreich", Level::Info),
    ("Überwachung gescheitert", Level::Warn),
    // French
    ("Avertissement", Level::Warn),
    ("Erreur", Level::Error),
    ("Critique", Level::Fatal),
    ("Informations", Level::Info),
    ("Commentaires", Level::Debug),
    // Italian
    ("Informazioni", Level::Info),
    ("Avviso", Level::Warn),
    ("Errore", Level::Error),
    ("Critico", Level::Fatal),
    ("Dettagliato", Level::Debug),
    // Spanish
    ("Información", Level::Info),
    ("Advertencia", Level::Warn),
    ("Crítico", Level::Fatal),
    ("Detallado", Level::Debug),
    // Portuguese
    ("Informações", Level::Info),
    ("Informação", Level::Info),
    ("Aviso", Level::Warn),
    ("Erro", Level::Error),
    // Dutch
    ("Informatie", Level::Info),
    ("Waarschuwing", Level::Warn),
    ("Fout", Level::Error),
    ("Kritiek", Level::Fatal),
    // Polish
    ("Informacje", Level::Info),
    ("Ostrzeżenie", Level::Warn),
    ("Błąd", Level::Error),
    ("Krytyczny", Level::Fatal),
    // Russian
    ("Предупреждение", Level::Warn),
    ("Ошибка", Level::Error),
    ("Сведения", Level::Info),
    ("Критический", Level::Fatal),
    ("Подробности", Level::Debug),
    // Turkish
    ("Bilgi", Level::Info),
    ("Uyarı", Level::Warn),
    ("Hata", Level::Error),
    ("Kritik", Level::Fatal),
    // Chinese
    ("信息", Level::Info),
    ("警告", Level::Warn),
    ("错误", Level::Error),
    ("关键", Level::Fatal),
    ("严重", Level::Fatal),
    ("详细", Level::Debug),
    ("資訊", Level::Info),
    ("錯誤", Level::Error),
    ("重大", Level::Fatal),
    // Japanese
    ("情報", Level::Info),
    ("エラー", Level::Error),
    ("詳細", Level::Debug),
    // Korean
    ("정보", Level::Info),
    ("경고", Level::Warn),
    ("오류", Level::Error),
    ("위험", Level::Fatal),
];

/// The level of a word of Windows.
pub(crate) fn level(word: &[u8]) -> Level {
    // the usual words first
    match word {
        b"Error" | b"Fehler" => return Level::Error,
        b"Information" | b"Informationen" => return Level::Info,
        b"Warning" | b"Warnung" => return Level::Warn,
        _ => {}
    }
    let known = LEVELS.iter().find(|(known, _)| known.as_bytes() == word);
    known.map_or_else(|| Level::from_word(word), |(_, level)| *level)
}

/// The level of the only words that begin so; tables cut words off.
pub(crate) fn level_of_start(start: &[u8]) -> Level {
    let start = start.trim_ascii_end();
    let english = ["Information", "Error", "Warning", "Critical"].map(|word| (word, level(word.as_bytes())));
    let known = LEVELS.iter().chain(&english).filter(|(word, _)| word.as_bytes().starts_with(start));
    let mut levels = known.map(|(_, level)| *level);
    let Some(first) = levels.next().filter(|_| !start.is_empty()) else { return Level::Unknown };
    if levels.all(|other| other == first) { first } else { Level::Unknown }
}

/// The level of a number, as events have it in XML. 0 is "log always": older programs write it for information.
pub(crate) fn level_of_number(digits: &[u8]) -> Level {
    match digits {
        b"1" => Level::Fatal,
        b"2" => Level::Error,
        b"3" => Level::Warn,
        b"0" | b"4" => Level::Info,
        b"5" => Level::Debug,
        _ => Level::Unknown,
    }
}

/// Returns whether a level word or a label is of a language whose regions all write the day before the month where the
/// year is last: German, French, Italian, Spanish, Portuguese, Dutch, Polish, Russian, Turkish. A word that English
/// shares, such as `Information`, shows nothing.
pub(crate) fn is_word_of_day_first(word: &[u8]) -> bool {
    /// Level words of English, and labels of it: the first of the lists.
    const ENGLISH: usize = 5;
    // Chinese, Japanese and Korean begin with one of these bytes in UTF-8
    if word.first().is_none_or(|first| *first >= 0xe3) {
        return false;
    }
    let is_level = || LEVELS.iter().skip(ENGLISH).any(|(known, _)| known.as_bytes() == word);
    let is_label = || {
        // other labels are words of two languages, such as `Source` in French
        let mut names = LABELS
            .iter()
            .filter(|(label, _)| matches!(label, Label::Log | Label::Id | Label::Task))
            .flat_map(|(_, names)| names.iter());
        let is_english =
            matches!(word, b"Log Name" | b"LogName" | b"Event ID" | b"EventID" | b"Id" | b"Task Category")
                || matches!(word, b"Task" | b"TaskDisplayName" | b"Category");
        !is_english && names.any(|name| name.as_bytes().eq_ignore_ascii_case(word))
    };
    is_level() || is_label()
}

/// A field of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// The log: the first line of a copy.
    Log,
    /// The provider.
    Source,
    /// Date and time.
    Date,
    /// The number.
    Id,
    /// The task category.
    Task,
    /// The level.
    Level,
    /// The keywords.
    Keywords,
    /// The user.
    User,
    /// The computer.
    Computer,
    /// The text follows.
    Text,
}

/// Labels of the fields in the languages of Windows: English, German, French, Italian, Spanish, Portuguese of Brazil and
/// Portugal, Dutch, Polish, Russian, Turkish, Japanese, Chinese (simplified, traditional), Korean. Case does not count
/// in letters of ASCII, because the versions of Windows differ in it.
const LABELS: &[(Label, &[&str])] = &[
    (
        Label::Log,
        &[
            "Log Name",
            "LogName",
            "Protokollname",
            "Nom du journal",
            "Nome registro",
            "Nombre de registro",
            "Nome do log",
            "Nome do registo",
            "Logboeknaam",
            "Nazwa dziennika",
            "Имя журнала",
            "Günlük adı",
            "ログの名前",
            "日志名称",
            "記錄檔名稱",
            "로그 이름",
        ],
    ),
    (
        Label::Source,
        &[
            "Source",
            "ProviderName",
            "Quelle",
            "Origine",
            "Origen",
            "Fonte",
            "Origem",
            "Bron",
            "Źródło",
            "Источник",
            "Kaynak",
            "ソース",
            "来源",
            "來源",
            "원본",
        ],
    ),
    (
        Label::Date,
        &[
            "Date",
            "TimeCreated",
            "TimeGenerated",
            "Logged",
            "Datum",
            "Protokolliert",
            "Data",
            "Fecha",
            "Дата",
            "Tarih",
            "日付",
            "日期",
            "날짜",
            // heads of tables
            "Date and Time",
            "Datum und Uhrzeit",
            "Date et heure",
            "Data e ora",
            "Fecha y hora",
            "Data e Hora",
            "Datum en tijd",
            "Data i godzina",
            "Дата и время",
            "Tarih ve Saat",
            "日付と時刻",
            "日期和时间",
            "日期和時間",
            "날짜 및 시간",
        ],
    ),
    (
        Label::Id,
        &[
            "Event ID",
            "EventID",
            "Id",
            "Ereignis-ID",
            "ID de l'événement",
            "ID de l’événement",
            "ID evento",
            "Id. del evento",
            "Id. de evento",
            "Identificação do Evento",
            "ID do Evento",
            "Gebeurtenis-ID",
            "Identyfikator zdarzenia",
            "Код события",
            "Olay Kimliği",
            "イベント ID",
            "事件 ID",
            "事件識別碼",
            "이벤트 ID",
        ],
    ),
    (
        Label::Task,
        &[
            "Task Category",
            "Task",
            "TaskDisplayName",
            "Category",
            "Aufgabenkategorie",
            "Catégorie de la tâche",
            "Catégorie de tâche",
            "Categoria attività",
            "Categoría de la tarea",
            "Categoría de tarea",
            "Categoria da Tarefa",
            "Taakcategorie",
            "Kategoria zadania",
            "Категория задачи",
            "Görev Kategorisi",
            "タスクのカテゴリ",
            "任务类别",
            "工作類別",
            "작업 범주",
        ],
    ),
    (
        Label::Level,
        &[
            "Level",
            "LevelDisplayName",
            "EntryType",
            "Ebene",
            "Niveau",
            "Livello",
            "Nivel",
            "Nível",
            "Poziom",
            "Уровень",
            "Düzey",
            "レベル",
            "级别",
            "層級",
            "等級",
            "수준",
        ],
    ),
    (
        Label::Keywords,
        &[
            "Keywords",
            "Keyword",
            "KeywordsDisplayNames",
            "Schlüsselwörter",
            "Mots clés",
            "Mots-clés",
            "Parole chiave",
            "Palabras clave",
            "Palavras-chave",
            "Trefwoorden",
            "Słowa kluczowe",
            "Ключевые слова",
            "Anahtar Sözcükler",
            "キーワード",
            "关键字",
            "關鍵字",
            "키워드",
        ],
    ),
    (
        Label::User,
        &[
            "User",
            "UserName",
            "User Name",
            "Benutzer",
            "Utilisateur",
            "Utente",
            "Usuario",
            "Usuário",
            "Utilizador",
            "Gebruiker",
            "Użytkownik",
            "Пользователь",
            "Kullanıcı",
            "ユーザー",
            "用户",
            "使用者",
            "사용자",
        ],
    ),
    (
        Label::Computer,
        &[
            "Computer",
            "MachineName",
            "Ordinateur",
            "Equipo",
            "Computador",
            "Komputer",
            "Компьютер",
            "Bilgisayar",
            "コンピューター",
            "コンピュータ",
            "计算机",
            "電腦",
            "컴퓨터",
        ],
    ),
    (
        Label::Text,
        &[
            "Description",
            "Message",
            "Beschreibung",
            "Descrizione",
            "Descripción",
            "Descrição",
            "Beschrijving",
            "Opis",
            "Описание",
            "Açıklama",
            "説明",
            "描述",
            "설명",
        ],
    ),
];

/// The fields by their labels, in lower case as far as they are ASCII.
static BY_NAME: LazyLock<HashMap<Vec<u8>, Label>> = LazyLock::new(|| {
    let labels = LABELS.iter().flat_map(|(label, names)| names.iter().map(move |name| (*name, *label)));
    labels.map(|(name, label)| (name.to_ascii_lowercase().into_bytes(), label)).collect()
});

/// Bytes of the longest label, with the spaces before the colon.
const LABEL_BYTES: usize = 56;

/// The field of a label.
pub(crate) fn label(name: &[u8]) -> Option<Label> {
    let mut lower = [0; LABEL_BYTES];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    BY_NAME.get(&*lower).copied()
}

/// `Name: value` or `Name  : value`, indented or not. French has a space that does not break before the colon, and
/// Chinese may have a wide colon.
pub(crate) fn pair(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let near = line.get(..LABEL_BYTES).unwrap_or(line);
    let colon = memchr::memchr(b':', near)?;
    let (name, value) = line.split_at(colon);
    let name = name.trim_ascii();
    let name = name.strip_suffix(b"\xc2\xa0").unwrap_or(name);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b" .-'".contains(byte) || *byte >= 0x80;
    let sound = !name.is_empty() && name.iter().all(is_name);
    sound.then_some((name, value.get(1..).unwrap_or_default().trim_ascii()))
}

/// The fields of a line: one, or several in columns with tabs between them, as the tab General of the Event Viewer shows them.
/// The label is `None` if the name is not known.
pub(crate) fn fields(line: &[u8]) -> impl Iterator<Item = (Option<Label>, &[u8], &[u8])> {
    let mut next = Some(line);
    std::iter::from_fn(move || {
        let (name, value) = pair(next.take()?)?;
        let known = label(name);
        let is_field = |tab: &usize| value.get(*tab..).is_some_and(|rest| field(rest).is_some());
        let end = known.and_then(|_| memchr::memchr_iter(b'\t', value).find(is_field));
        let (value, rest) = value.split_at(end.unwrap_or(value.len()));
        next = (!rest.is_empty()).then_some(rest);
        Some((known, name, value.trim_ascii()))
    })
}

/// The field that a line gives, with its value.
pub(crate) fn field(line: &[u8]) -> Option<(Label, &[u8])> {
    let (name, value) = pair(line)?;
    Some((label(name)?, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_label_has_two_meanings_and_all_are_read() {
        for (at, (own, names)) in LABELS.iter().enumerate() {
            for name in *names {
                let line = format!("{name}:      x");
                assert_eq!(field(line.as_bytes()), Some((*own, &b"x"[..])), "{name}");
                let others = LABELS.iter().enumerate().filter(|(other, _)| *other != at);
                let twice = others.flat_map(|(_, (_, names))| names.iter()).find(|other| *other == name);
                assert_eq!(twice, None, "{name}");
            }
        }
        assert_eq!(field("Nom du journal\u{a0}: System".as_bytes()), Some((Label::Log, &b"System"[..])));
        assert_eq!(field(b"https://example.com: x"), None);
        let all = |line: &'static str| {
            fields(line.as_bytes()).map(|(label, _, value)| (label, value)).collect::<Vec<_>>()
        };
        assert_eq!(
            all("Source:\t\tService Control Manager\tLogged:\t11/21/2026 4:26:07 PM"),
            [
                (Some(Label::Source), &b"Service Control Manager"[..]),
                (Some(Label::Date), b"11/21/2026 4:26:07 PM")
            ]
        );
        assert_eq!(all("User:\ta\tb"), [(Some(Label::User), &b"a\tb"[..])]);
        assert_eq!(all("text without a field").len(), 0);
    }

    #[test]
    fn no_level_word_has_two_meanings() {
        for (at, (word, own)) in LEVELS.iter().enumerate() {
            assert_eq!(level(word.as_bytes()), *own, "{word}");
            assert!(LEVELS.iter().skip(at + 1).all(|(other, _)| other != word), "{word}");
        }
    }
}
