import { useMutation } from '@tanstack/react-query'
import { ImagePlus, Trash2 } from 'lucide-react'
import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { PICTURE_CHARACTERS_MAX } from '../../contract/settings.ts'
import { Button } from '../../ui/button.tsx'
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
  const id = useId()
  const file = useRef<HTMLInputElement>(null)
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
        <input
          id={id}
          ref={file}
          className="visually-hidden"
          type="file"
          accept="image/png,image/jpeg,image/webp"
          aria-label={t('ownerSettings.chooseFor', { label })}
          tabIndex={-1}
          onChange={(event) => {
            const chosen = event.target.files?.[0]
            if (chosen) reading.mutate(chosen)
            // The same file can be chosen again.
            event.target.value = ''
          }}
        />
        <Button
          icon={<ImagePlus size={20} aria-hidden />}
          disabled={reading.isPending}
          onClick={() => file.current?.click()}
        >
          {t(value === null ? 'ownerSettings.choosePicture' : 'ownerSettings.otherPicture')}
        </Button>
        {value === null ? null : (
          <Button kind="quiet" icon={<Trash2 size={20} aria-hidden />} onClick={() => onValue(null)}>
            {t('ownerSettings.removePicture')}
          </Button>
        )}
      </div>
    </fieldset>
  )
}
