/** The languages that are read; a new one is a column here and a stem or two in each row. */
type Language = 'en' | 'zh' | 'ru' | 'vi' | 'ja' | 'ko' | 'es' | 'pt' | 'de' | 'fr' | 'tr' | 'id'
/** Read where it counts most: what failed, whose money it was, what was forbidden. */
type FurtherLanguage = 'it' | 'nl' | 'pl' | 'uk' | 'ar' | 'th' | 'hi'

/** Stems of one concept, separated by `|`. */
export type Row = Readonly<Record<Language, string> & Partial<Record<FurtherLanguage, string>>>
