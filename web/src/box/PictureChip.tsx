import { useStrings } from "../i18n/language";
import { Icon } from "../icons";
import { useDesk, usePage } from "../page";

export function PictureChip() {
  const t = useStrings();
  const desk = useDesk();
  const picture = usePage((state) => state.picture);
  if (!picture) return null;
  return (
    <span className="lock">
      <img className="thumbnail" src={picture.url} alt={picture.name} width="28" height="28" />
      <button
        type="button"
        className="button quiet small"
        aria-label={t("removePicture")}
        onClick={() => desk.store.dispatch({ type: "picture", picture: null })}
      >
        <Icon name="close" />
      </button>
    </span>
  );
}
