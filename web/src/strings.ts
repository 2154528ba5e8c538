// Everything that the page says, once: English, Spanish, French.
export const LANGUAGES = ["en", "es", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];
type Texts = readonly [en: string, es: string, fr: string];

export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", es: "Español", fr: "Français" };

export const STRINGS = {
  // Start
  title: ["Jump. Look\u00a0up. Know.", "Salta. Levanta la\u00a0vista. Y\u00a0ya\u00a0lo\u00a0sabes.", "Saute. Lève les\u00a0yeux. C’est\u00a0mesuré."],
  lead: [
    "Your camera measures every jump and says how sure it is. Nothing leaves this server.",
    "Tu cámara mide cada salto y dice con qué certeza. Nada sale de este servidor.",
    "Ta caméra mesure chaque saut et dit avec quelle certitude. Rien ne quitte ce serveur.",
  ],
  place_camera: ["Place the camera", "Coloca la cámara", "Place la caméra"],
  place_1: ["At your side, 3 to 5 m away", "A tu lado, a 3–5 m", "Sur le côté, à 3–5 m"],
  place_2: ["At hip height, standing still", "A la altura de la cadera, sin moverse", "À hauteur de hanche, immobile"],
  place_3: ["Feet on the floor and raised hands in the picture", "Pies en el suelo y manos en alto dentro de la imagen", "Pieds au sol et mains levées dans l’image"],
  sport: ["Movement", "Movimiento", "Mouvement"],
  athlete: ["Athlete", "Deportista", "Athlète"],
  name: ["Name", "Nombre", "Nom"],
  optional: ["optional", "opcional", "facultatif"],
  height: ["Height", "Estatura", "Taille"],
  mass: ["Body mass", "Masa corporal", "Masse"],
  sex: ["Sex", "Sexo", "Sexe"],
  unknown: ["Not said", "Sin indicar", "Non précisé"],
  female: ["Female", "Mujer", "Femme"],
  male: ["Male", "Hombre", "Homme"],
  picture_from: ["Picture from", "Imagen de", "Image de"],
  camera: ["Camera", "Cámara", "Caméra"],
  file: ["Video file", "Archivo de vídeo", "Fichier vidéo"],
  choose_file: ["Choose a video", "Elegir un vídeo", "Choisir une vidéo"],
  any_camera: ["The best one", "La mejor", "La meilleure"],
  pose_place: ["Find the skeleton", "Buscar el esqueleto", "Trouver le squelette"],
  place_auto: ["Automatic", "Automático", "Automatique"],
  place_server: ["On the server", "En el servidor", "Sur le serveur"],
  place_browser: ["In this browser", "En este navegador", "Dans ce navigateur"],
  start: ["Start", "Empezar", "Commencer"],
  starting: ["Opening the camera …", "Abriendo la cámara…", "Ouverture de la caméra…"],
  language: ["Language", "Idioma", "Langue"],
  height_range: ["Between 100 and 250 cm", "Entre 100 y 250 cm", "Entre 100 et 250 cm"],
  mass_range: ["Between 20 and 250 kg", "Entre 20 y 250 kg", "Entre 20 et 250 kg"],
  file_missing: ["Choose a video first", "Elige antes un vídeo", "Choisis d’abord une vidéo"],
  // Live
  skip_to_figures: ["Skip to the figures", "Ir a las cifras", "Aller aux chiffres"],
  live: ["Live", "En vivo", "En direct"],
  connecting: ["Connecting", "Conectando", "Connexion"],
  reconnecting: ["Reconnecting", "Reconectando", "Reconnexion"],
  waiting: ["Server is full", "Servidor lleno", "Serveur complet"],
  ended: ["Ended", "Terminado", "Terminé"],
  reconnecting_text: ["Connection lost. Your jumps are kept; going on in a moment.", "Se perdió la conexión. Tus saltos se guardan; seguimos enseguida.", "Connexion perdue. Tes sauts sont gardés ; on reprend dans un instant."],
  waiting_text: ["No room just now. Trying again in {s} s.", "No hay sitio ahora. Nuevo intento en {s} s.", "Pas de place pour l’instant. Nouvel essai dans {s} s."],
  connecting_text: ["Connecting to the server …", "Conectando con el servidor…", "Connexion au serveur…"],
  ready_to_jump: ["Ready. Jump when you like.", "Listo. Salta cuando quieras.", "Prêt. Saute quand tu veux."],
  first_jump: ["Your first jump appears here", "Tu primer salto aparecerá aquí", "Ton premier saut apparaîtra ici"],
  ready_to_run: ["Ready. Run when you like.", "Listo. Corre cuando quieras.", "Prêt. Cours quand tu veux."],
  first_step: ["Your first step appears here", "Tu primer paso aparecerá aquí", "Ton premier pas apparaîtra ici"],
  provisional: ["measuring …", "midiendo…", "mesure…"],
  confirmed: ["confirmed", "confirmado", "confirmé"],
  best: ["Best", "Mejor", "Meilleur"],
  jump_n: ["Jump {n}", "Salto {n}", "Saut {n}"],
  athlete_n: ["athlete {n}", "deportista {n}", "athlète {n}"],
  jumps: ["Jumps", "Saltos", "Sauts"],
  step_n: ["Step {n}", "Paso {n}", "Pas {n}"],
  steps: ["Steps", "Pasos", "Pas"],
  trend_empty_steps: ["The trend begins with the second step.", "La tendencia empieza con el segundo paso.", "La tendance commence au deuxième pas."],
  trend: ["Trend", "Tendencia", "Tendance"],
  trend_of: ["Trend of", "Tendencia de", "Tendance de"],
  trend_empty: ["The trend begins with the second jump.", "La tendencia empieza con el segundo salto.", "La tendance commence au deuxième saut."],
  no_jumps: ["None yet", "Aún ninguno", "Aucun pour l’instant"],
  voice_on: ["Voice on", "Voz activada", "Voix activée"],
  voice_off: ["Voice off", "Voz desactivada", "Voix coupée"],
  end: ["End", "Terminar", "Terminer"],
  ending: ["Finishing …", "Terminando…", "Finalisation…"],
  not_known: ["not known", "sin dato", "inconnu"],
  full_screen: ["Full screen", "Pantalla completa", "Plein écran"],
  picture_label: ["Live picture with skeleton", "Imagen en vivo con esqueleto", "Image en direct avec squelette"],
  // Delay
  delay: ["Delay", "Retardo", "Délai"],
  delay_text: [
    "Capture to skeleton on screen, measured on this page over the last 10 seconds. What the camera itself needs before the browser has the picture is not in it.",
    "De la captura al esqueleto en pantalla, medido en esta página en los últimos 10 segundos. No incluye lo que tarda la propia cámara en entregar la imagen.",
    "De la capture au squelette affiché, mesuré sur cette page sur les 10 dernières secondes. Le temps propre à la caméra avant de livrer l’image n’y est pas.",
  ],
  typical: ["typical", "habitual", "typique"],
  slowest: ["slowest 5 %", "5 % más lento", "5 % les plus lents"],
  in_server: ["In the server", "En el servidor", "Dans le serveur"],
  queue: ["Waiting", "Espera", "Attente"],
  decode: ["Decoding", "Descodificación", "Décodage"],
  pose: ["Skeleton", "Esqueleto", "Squelette"],
  analysis: ["Analysis", "Análisis", "Analyse"],
  total: ["Total", "Total", "Total"],
  network: ["Network, there and back", "Red, ida y vuelta", "Réseau, aller-retour"],
  pictures: ["Pictures", "Imágenes", "Images"],
  received: ["received", "recibidas", "reçues"],
  inferred: ["analysed", "analizadas", "analysées"],
  skipped: ["skipped, standing still", "omitidas, en reposo", "sautées, immobile"],
  dropped: ["dropped, no time", "descartadas, sin tiempo", "perdues, trop lent"],
  sent_as: ["Sent as", "Enviado como", "Envoyé en"],
  landmarks: ["landmarks", "puntos del cuerpo", "points du corps"],
  model: ["Model", "Modelo", "Modèle"],
  follow: ["To follow on another screen", "Para seguirlo en otra pantalla", "Pour suivre sur un autre écran"],
  follow_text: [
    "Skeleton and figures, read-only. The other screen must have been let in by an address that the server printed.",
    "Esqueleto y cifras, solo lectura. La otra pantalla debe haber entrado con una dirección que mostró el servidor.",
    "Squelette et chiffres, en lecture seule. L’autre écran doit être entré par une adresse affichée par le serveur.",
  ],
  copy: ["Copy", "Copiar", "Copier"],
  copied: ["Copied", "Copiado", "Copié"],
  watching: ["Watching", "Siguiendo", "En suivi"],
  leave: ["Leave", "Salir", "Quitter"],
  watched_gone: ["There is no such session now. It may be over.", "Esa sesión no existe ahora. Puede que haya terminado.", "Cette séance n’existe pas actuellement. Elle est peut-être terminée."],
  close: ["Close", "Cerrar", "Fermer"],
  loading_pose: ["Loading the skeleton finder …", "Cargando el buscador de esqueletos…", "Chargement du détecteur de squelette…"],
  // Finished
  summary: ["Session", "Sesión", "Séance"],
  best_jump: ["Best", "Mejor", "Meilleur"],
  mean: ["Mean", "Media", "Moyenne"],
  count: ["Jumps", "Saltos", "Sauts"],
  download_json: ["Download JSON", "Descargar JSON", "Télécharger JSON"],
  download_csv: ["Download CSV", "Descargar CSV", "Télécharger CSV"],
  open_report: ["Open report", "Abrir informe", "Ouvrir le rapport"],
  new_session: ["New session", "Nueva sesión", "Nouvelle séance"],
  intervals: ["± covers 95 of 100 cases.", "± cubre 95 de cada 100 casos.", "± couvre 95 cas sur 100."],
  measured_by: ["Skeleton found {place}, model {model}", "Esqueleto encontrado {place}, modelo {model}", "Squelette trouvé {place}, modèle {model}"],
  by_server: ["on the server", "en el servidor", "sur le serveur"],
  by_browser: ["in the browser", "en el navegador", "dans le navigateur"],
  // Failures
  camera_denied: ["The camera is not allowed. Allow it beside the address of this page, then try again.", "La cámara no está permitida. Permítela junto a la dirección de esta página y vuelve a intentarlo.", "La caméra n’est pas autorisée. Autorise-la à côté de l’adresse de cette page, puis réessaie."],
  camera_missing: ["No camera was found. Plug one in, or choose a video file.", "No se encontró ninguna cámara. Conecta una o elige un vídeo.", "Aucune caméra trouvée. Branches-en une ou choisis une vidéo."],
  camera_busy: ["The camera is in use by another program.", "Otro programa está usando la cámara.", "La caméra est utilisée par un autre programme."],
  camera_insecure: ["A camera needs HTTPS: start the server with --lan and open the address that it prints.", "La cámara necesita HTTPS: inicia el servidor con --lan y abre la dirección que muestra.", "La caméra exige HTTPS : lance le serveur avec --lan et ouvre l’adresse affichée."],
  file_unplayable: ["This video cannot be played here. Try MP4 with H.264.", "Este vídeo no se puede reproducir aquí. Prueba MP4 con H.264.", "Cette vidéo ne peut pas être lue ici. Essaie MP4 en H.264."],
  unauthorized: ["This page is not signed in. Open the address that the server printed.", "Esta página no ha iniciado sesión. Abre la dirección que mostró el servidor.", "Cette page n’est pas connectée. Ouvre l’adresse affichée par le serveur."],
  session_lost: ["The session is not there any more. The jumps on this page are kept.", "La sesión ya no existe. Los saltos de esta página se conservan.", "La séance n’existe plus. Les sauts de cette page sont gardés."],
  session_taken: ["The session goes on in another window.", "La sesión continúa en otra ventana.", "La séance continue dans une autre fenêtre."],
  failed: ["The session ended: {why}", "La sesión terminó: {why}", "La séance s’est arrêtée : {why}"],
  no_server: ["The server does not answer.", "El servidor no responde.", "Le serveur ne répond pas."],
  browser_pose_failed: ["The skeleton cannot be found in this browser; the server does it.", "Este navegador no puede encontrar el esqueleto; lo hace el servidor.", "Ce navigateur ne peut pas trouver le squelette ; le serveur s’en charge."],
  try_again: ["Try again", "Reintentar", "Réessayer"],
  // Hints
  hint_no_person: ["Step into the picture", "Entra en la imagen", "Entre dans l’image"],
  hint_feet_out_of_picture: ["Your feet are out of the picture", "Tus pies quedan fuera de la imagen", "Tes pieds sont hors de l’image"],
  hint_head_out_of_picture: ["Your head is out of the picture", "Tu cabeza queda fuera de la imagen", "Ta tête est hors de l’image"],
  hint_too_dark: ["Too dark: turn on a light", "Demasiado oscuro: enciende una luz", "Trop sombre : allume une lumière"],
  hint_too_near: ["Step back", "Aléjate un poco", "Recule un peu"],
  hint_too_far: ["Come closer", "Acércate", "Rapproche-toi"],
  hint_camera_moves: ["Keep the camera still", "Mantén quieta la cámara", "Garde la caméra immobile"],
  hint_several_people: ["Several people are in the picture", "Hay varias personas en la imagen", "Plusieurs personnes dans l’image"],
  hint_low_frame_rate: ["Too few pictures a second: more light helps", "Pocas imágenes por segundo: ayuda más luz", "Trop peu d’images par seconde : plus de lumière aide"],
  hint_not_side_view: ["Turn your side to the camera", "Ponte de lado a la cámara", "Mets-toi de profil"],
  // Phases and headline figures; others are called as the catalogue of the server does.
  phase_standing: ["Standing", "De pie", "Debout"],
  phase_unweighting: ["Down", "Bajada", "Descente"],
  phase_braking: ["Braking", "Frenado", "Freinage"],
  phase_propulsion: ["Push-off", "Impulso", "Poussée"],
  phase_flight: ["Flight", "Vuelo", "Vol"],
  phase_absorption: ["Landing", "Aterrizaje", "Réception"],
  phase_eccentric: ["Down", "Bajada", "Descente"],
  phase_concentric: ["Push-off", "Impulso", "Poussée"],
  phase_box: ["On the box", "En el cajón", "Sur la caisse"],
  phase_drop: ["Drop", "Caída", "Chute"],
  phase_ground_contact: ["Ground contact", "Contacto", "Contact au sol"],
  phase_hold: ["Hold", "Mantener", "Maintien"],
  sport_cmj: ["Countermovement jump", "Salto con contramovimiento", "Saut avec contre-mouvement"],
  metric_jump_height: ["Jump height", "Altura de salto", "Hauteur de saut"],
  metric_flight_time: ["Flight time", "Tiempo de vuelo", "Temps de vol"],
  metric_takeoff_velocity: ["Take-off velocity", "Velocidad de despegue", "Vitesse d’envol"],
  metric_com_rise: ["Rise above standing", "Elevación sobre de pie", "Élévation au-dessus de debout"],
  metric_countermovement_depth: ["Countermovement depth", "Profundidad del contramovimiento", "Profondeur du contre-mouvement"],
  metric_time_to_takeoff: ["Time to take-off", "Tiempo hasta el despegue", "Temps jusqu’à l’envol"],
  metric_rsi_mod: ["RSI mod", "RSI mod", "RSI mod"],
  metric_peak_power: ["Peak power", "Potencia máxima", "Puissance maximale"],
  metric_knee_angle_lowest_point: ["Knee at lowest point", "Rodilla en el punto más bajo", "Genou au point le plus bas"],
  metric_hip_angle_lowest_point: ["Hip at lowest point", "Cadera en el punto más bajo", "Hanche au point le plus bas"],
  metric_ankle_angle_lowest_point: ["Ankle at lowest point", "Tobillo en el punto más bajo", "Cheville au point le plus bas"],
  metric_knee_angle_takeoff: ["Knee at take-off", "Rodilla en el despegue", "Genou à l’envol"],
  metric_hip_angle_takeoff: ["Hip at take-off", "Cadera en el despegue", "Hanche à l’envol"],
  metric_ankle_angle_takeoff: ["Ankle at take-off", "Tobillo en el despegue", "Cheville à l’envol"],
  // Cues
  cue_best_so_far: ["Best so far!", "¡El mejor hasta ahora!", "Le meilleur jusqu’ici !"],
  cue_rep_counted: ["Good jump", "Buen salto", "Bon saut"],
  // Said aloud
  say_cm: ["{n} centimetres", "{n} centímetros", "{n} centimètres"],
} as const satisfies Record<string, Texts>;

export type StringKey = keyof typeof STRINGS;

export function translate(language: Language, key: StringKey, values: Readonly<Record<string, string | number>> = {}): string {
  const text: string = STRINGS[key][LANGUAGES.indexOf(language)]!;
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The text of an id that may be unknown to this page. */
export function translateId(language: Language, kind: "hint" | "phase" | "metric" | "cue" | "sport", id: string): string | null {
  const key = `${kind}_${id}`;
  return Object.hasOwn(STRINGS, key) ? translate(language, key as StringKey) : null;
}

export function languageOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const found = LANGUAGES.find((language) => tag.toLowerCase().split("-")[0] === language);
    if (found) return found;
  }
  return "en";
}
