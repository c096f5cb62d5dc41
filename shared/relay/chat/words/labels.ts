// Words that are neither a thing nor a state: labels of numbers, ids and links, and marks. Compared in
// lower case; what a link is called decides whether it is the video.

/** Separated by `|`, as stems are. */
const list = (...rows: readonly string[]): readonly string[] =>
  rows.flatMap((row) => row.split('|'))

/** Marks by which a line says that it failed. */
export const failureMarks = list('❌|⚠|🚫|⛔|❗|✖|💥|😞|😢')
/** Of these the ones that never stand in front of a mere warning. */
export const refusalMarks = list('❌|✖|💥')
/** Behind these a line says what failed. */
export const failureHeads =
  /^[^\p{L}]{0,12}(?:\p{L}{0,40}(?:error|exception)|fail|错误|失败|报错|錯誤|失敗|報錯|ошибка|lỗi|エラー|오류|fehler|erreur|erro|hata|galat|kesalahan|reason|原因|причина|lý do|理由|이유|motivo|grund|raison|neden|alasan)\p{L}{0,12}\b/iu

export const queuedWords = list(
  '排队|队列|queu|очеред|hàng đợi|順番待ち|キュー|대기 중|en cola|na fila|warteschlange|file d’attente',
  'kuyruk|antrean',
)
export const runningWords = list(
  '生成中|开始生成|正在生成|generating|(processing)|generation process begins|генерируется',
  'генерация видео|đang tạo|생성 중|generando|gerando|wird generiert|wird erstellt',
  'en cours de génération|oluşturuluyor|sedang membuat|sedang dibuat',
)

/** What stands in front of a percentage. */
export const progressLabels = list(
  '进度|progress|已生成|正在生成|仍在生成|生成中|已完成|generating|processing|rendering|complete|прогресс',
  'готово|tiến độ|進捗|生成進捗|진행|진행률|progreso|progresso|fortschritt|progression|avancement',
  'ilerleme|kemajuan|進度|postęp|прогрес|التقدم|ความคืบหน้า|प्रगति',
)

/** What stands in front of a task's id; `sid` and `post id` name something else. */
export const taskLabels = list(
  'task id|> id|>id|\nid|task_id|taskid|task(id|job id|job_id|generation id|prediction id',
  '任务id|任务 id|任务编号|任务号|задачи|id nhiệm vụ|mã nhiệm vụ|id tác vụ|mã tác vụ|タスクid|ジョブid|작업 id',
  'id de tarea|id de la tarea|id da tarefa|id de tâche|id de la tâche|aufgaben-id|auftrags-id|job-id',
  'task-id|görev id|görev kimliği|id tugas',
)
/** How a task's id begins when it says itself what it is. */
export const taskPrefixes = ['task_', 'video_', 'cgt-', 'job_', 'gen_']

/** Labels of the link to the video. */
export const playLabels = list(
  '点击这里|在线播放|在线观看|播放|观看|查看视频|play|watch|click here|view video|▶|🎬|🎥|📹|смотреть',
  'посмотреть|воспроизвести|xem|再生|視聴|見る|재생|보기|ver el|ver o|ver video|ver vídeo',
  'reproducir|assistir|reproduzir|ansehen|abspielen|regarder|lire la|voir la|izle|oynat',
  'tonton|putar|guarda|obejrzyj|дивит|مشاهدة|ดูวิดีโอ|देखें|點擊這裡|觀看|線上播放',
)
export const downloadLabels = list(
  '下载|download|скачать|tải|ダウンロード|다운로드|descargar|baixar|herunterladen|télécharger|indir',
  'unduh|保存|save|scarica|pobierz|завантаж|تحميل|تنزيل|ดาวน์โหลด|डाउनलोड|下載',
)
export const videoLabels = list(
  'video|vidéo|视频|影片|成片|成品|作品|видео|動画|映像|영상|비디오|clip|movie|result|结果|mp4|vídeo|hasil|ergebnis',
  'résultat|результат|sonuç|wideo|film|відео|فيديو|วิดีโอ|คลิป|वीडियो|視頻|連結|網址',
)
/** Labels of links that describe the task or show a still. */
export const otherLabels = list(
  '预览|原始数据|preview|raw data|缩略图|thumbnail|封面|cover|poster|превью|プレビュー|미리보기|vista previa',
  'vorschau|aperçu|önizleme|pratinjau|docs|documentation|文档|帮助|help|support|console|控制台',
  'dashboard|官网|website|homepage|pricing|top up|充值|upgrade|terms|status|教程|tutorial',
  'discord|telegram|portal|查询|后台|个人中心|github',
)

/** Labels of what the caller sent. */
export const inputLabels = list(
  'prompt|input|reference|your upload|source video|source clip|提示词|输入|参考|原视频|素材|промпт|исходн',
  'референс|tham chiếu|プロンプト|参照|入力|프롬프트|참조|입력|referencia|referência|entrada|referenz',
  'eingabe|référence|entrée|referans|girdi|referensi|masukan',
)
/** What others made. */
export const exampleLabels = list(
  '示例|样例|范例|例子|example|sample|demo|пример|ví dụ|サンプル|作例|예시|ejemplo|exemplo|beispiel|exemple|örnek|contoh',
)
/** A version with a mark over it, which `cleanLabels` beside it take back. */
export const watermarkLabels = list(
  'watermark|水印|водян|ウォーターマーク|透かし|워터마크|marca de agua|marca d|wasserzeichen|filigran|tanda air|hình mờ',
)
export const cleanLabels =
  /\b(?:no|non|without|free|removed?|clean|без|sin|sem|ohne|sans|tanpa|không)\b|无|去|なし|없|-free|sız|siz/iu
/** The better of two. */
export const betterLabels = /\b(?:u?hd|4k|2k|1080p|2160p)\b|高清|超清|原画/i

/** Above a list of what may have happened or may be done about it: no line of it is the reason. */
export const guesses =
  /可能(?:的)?原因|建议|解决|possible|suggest|solution|troubleshoot|возможн|решени|原因として|対処|해결|posibles|possíveis|mögliche|causes possibles|olası|kemungkinan/i

/** How an answer begins whose model declines in words of its own, perhaps behind an apology. */
export const declines =
  /^[\s>*#_-]*(?:(?:i'm sorry|i am sorry|sorry|i apologize|很抱歉|抱歉|对不起)[,，.。]?\s*(?:but\s+)?)?(?:i cannot |i can't |i'm unable to|i am unable to|i'm not able to|i won't |我无法|我不能|je ne peux pas|no puedo|não posso|ich kann|я не могу|(?:抱歉[,，]?\s?)?我是[^\n]{0,40}(?:无法|不能)|(?:申し訳(?:ありません|ございません)|죄송)[^\n]{0,60}(?:できません|できかねます|수 없))/i
/** Signs of an answer that is about something else although it speaks of generating. */
export const otherResults = ['character', 'cameo', '角色', 'avatar']
