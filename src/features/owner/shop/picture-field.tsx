import { useMutation } from '@tanstack/react-query'
import ImagePlus from 'lucide-react/icons/image-plus'
import Trash2 from 'lucide-react/icons/trash'
import { useTranslation } from 'react-i18next'
import { PICTURE_CHARACTERS_MAX } from '../../../contract/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { FileButton } from '../../../ui/file-button.tsx'
import { fitPictureFile } from './fit-picture.ts'
import styles from './picture-field.module.css'

interface PictureFieldProps {
  label: string
  hint: string
  /** data: URL. */
  value: string | null
  onValue(value: string | null): void
}

/** A picture from the device, scaled here to what the settings hold. */
export function PictureField({ label, hint, value, onValue }: PictureFieldProps) {
  const { t } = useTranslation()
  const reading = useMutation({
    mutationFn: async (chosen: File) => {
      const picture = await fitPictureFile(chosen, PICTURE_CHARACTERS_MAX)
      if (picture === null) throw new Error('no picture')
      return picture
    },
    onSuccess: onValue,
  })
  return (
    <fieldset className={styles.field}>
      <legend>{label}</legend>
      <p className={styles.hint}>{hint}</p>
      {value === null ? null : <img className={styles.picture} src={value} alt={label} />}
      {reading.isError ? (
        <p className={styles.error} role="alert">
          {t('ownerSettings.pictureWrong')}
        </p>
      ) : null}
      <div className={styles.actions}>
        <FileButton
          label={t(value === null ? 'ownerSettings.choosePicture' : 'ownerSettings.otherPicture')}
          fileLabel={t('ownerSettings.chooseFor', { label })}
          icon={<ImagePlus size={20} aria-hidden />}
          accept="image/png,image/jpeg,image/webp"
          disabled={reading.isPending}
          onFile={(chosen) => reading.mutate(chosen)}
        />
        {value === null ? null : (
          <Button kind="quiet" icon={<Trash2 size={20} aria-hidden />} onClick={() => onValue(null)}>
            {t('ownerSettings.removePicture')}
          </Button>
        )}
      </div>
    </fieldset>
  )
}
